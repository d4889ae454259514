package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the example of each operation, and the one of the README, as they stand. */
class ExamplesTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(import .*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> eachOperation() {
    return Stream.of(AuthenticationApi.class, RoomsApi.class, AccessesApi.class).flatMap(api -> Stream.of(api.getDeclaredMethods()))
        .filter(method -> !method.isSynthetic()).map(Method::getName).sorted()
        .map(operation -> DynamicTest.dynamicTest(operation, () -> run(Path.of("../examples", operation, "Example.java"), "Example")));
  }

  @Test
  void readme() throws IOException, ReflectiveOperationException {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("README.md")));
    assertTrue(program.find());
    run(Files.writeString(directory.resolve("FirstRoom.java"), program.group(1)), "FirstRoom");
  }

  private void run(Path source, String name) throws IOException, ReflectiveOperationException {
    Path classes = Files.createTempDirectory(directory, name);
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-Xlint:all", "-Werror", "-proc:none",
        "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), source.toString()));

    PrintStream terminal = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(terminal);
    }
    long lines = printed.toString(StandardCharsets.UTF_8).lines().count();
    assertTrue(lines >= 1 && lines <= 3, printed.toString(StandardCharsets.UTF_8));
  }
}
