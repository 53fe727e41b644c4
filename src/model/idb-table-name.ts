/** What the IDB's table of user-data rows is called: in Genesys's data model, and in its chat guide. */
export const IDB_TABLE_NAMES = ['g_userdata_history', 'g_user_data_history'] as const;
