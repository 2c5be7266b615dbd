/* Starts main methods one after another in one process, because starting Java takes longer than what they do.
 *
 * In: lines of a class and its arguments, with tabs between. Out: for each what it printed, a blank before each line; then
 * `done`, or `threw` and the exception. */
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class RunMany {
    public static void main(String[] unused) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = System.out;
        for (String line; (line = in.readLine()) != null;) {
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            String end = run(line.split("\t"));
            for (String said : printed.toString(StandardCharsets.UTF_8).split("\n"))
                out.println(" " + said);
            out.println(end);
            out.flush();
        }
    }

    private static String run(String[] words) {
        try {
            Class.forName(words[0]).getMethod("main", String[].class)
                .invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
            return "done";
        } catch (InvocationTargetException wrapped) {
            return "threw " + wrapped.getCause().getClass().getName();
        } catch (ReflectiveOperationException missing) {
            return "threw " + missing;
        }
    }
}
