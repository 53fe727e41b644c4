import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** Prints the imported keys of a table as JDBC's metadata tell them. Arguments: URL, user, password, schema, table. */
class ImportedKeys {
    public static void main(String[] args) throws Exception {
        try (Connection connection = DriverManager.getConnection(args[0], args[1], args[2]);
                ResultSet keys = connection.getMetaData().getImportedKeys(null, args[3], args[4])) {
            while (keys.next())
                System.out.println(keys.getString("FK_NAME") + ": " + keys.getString("FKCOLUMN_NAME") + " -> "
                        + keys.getString("PKTABLE_NAME") + "." + keys.getString("PKCOLUMN_NAME"));
        }
    }
}
