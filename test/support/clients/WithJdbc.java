import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Prints what JDBC finds in a mart, a line each. Arguments: URL, user, password, statements to be refused. */
class WithJdbc {
    public static void main(String[] args) throws Exception {
        try (Connection connection = DriverManager.getConnection(args[0], args[1], args[2])) {
            try (ResultSet columns = connection.getMetaData().getColumns(null, "chat", "sessions", "started_at")) {
                columns.next();
                System.out.println("time: " + columns.getString("TYPE_NAME"));
                System.out.println("description: " + columns.getString("REMARKS"));
            }
            try (ResultSet keys = connection.getMetaData().getImportedKeys(null, "infomart", "chat_session_fact")) {
                while (keys.next())
                    System.out.println("join: " + keys.getString("FKCOLUMN_NAME") + " -> " + keys.getString("PKTABLE_NAME"));
            }
            try (Statement statement = connection.createStatement()) {
                try (ResultSet count = statement.executeQuery("select count(*) from sessions")) {
                    count.next();
                    System.out.println("sessions: " + count.getInt(1));
                }
                for (int at = 3; at < args.length; at++) {
                    try {
                        statement.execute("begin read write");
                        statement.execute(args[at]);
                        System.out.println("done: " + args[at]);
                    } catch (SQLException refused) {
                        System.out.println("refused: " + refused.getMessage().split("\n")[0]);
                    }
                    statement.execute("rollback");
                }
            }
        }
    }
}
