package org.mfujmh.suite.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real child JVM: it answers, fails, hangs and is orphaned as children do. */
class ChildJvmTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    record Greeting(String text, int number) {}

    /** Answers what its first argument asks for. */
    public static final class Child {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            switch (arguments[0]) {
                case "greet" -> {
                    System.out.println("[chatter] loading");
                    ChildJvm.answer(() -> new Greeting(System.getenv("WHOM") + System.getProperty("mark"), 7));
                }
                case "fail" -> {
                    System.err.println("first");
                    System.err.println("no such thing as a free lunch");
                    System.exit(3);
                }
                case "serve" -> ChildJvm.answerAll(Child::served);
                case "hang" -> ChildJvm.answer(Child::sleep);
                case "parent" -> {
                    ChildJvm.RunningChild child = ChildJvm.of(Child.class.getName())
                            .arguments(List.of("orphan", arguments[1]))
                            .start();
                    child.await(LONG);
                }
                case "orphan" -> {
                    Files.writeString(
                            Path.of(arguments[1]),
                            String.valueOf(ProcessHandle.current().pid()));
                    ChildJvm.answer(Child::sleep);
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }

        private static Greeting served(List<String> question) {
            if (question.get(0).equals("die")) {
                System.err.println("as asked");
                Runtime.getRuntime().halt(4);
            }
            return new Greeting(question.get(0).equals("hang") ? sleep() : String.join(" ", question), (int)
                    ProcessHandle.current().pid());
        }

        private static String sleep() {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "woke";
        }
    }

    private static ChildJvm child(String... arguments) {
        return ChildJvm.of(Child.class.getName()).arguments(List.of(arguments));
    }

    @Test
    void itAnswersInOneLineWhateverElseItPrints() {
        ChildJvm.EndedChild ended = child("greet")
                .options(List.of("-Dmark=!"))
                .environment(Map.of("WHOM", "you"))
                .start()
                .await(LONG);
        assertThat(ended.answer(Greeting.class)).contains(new Greeting("you!", 7));
        assertThat(ended.exitCode()).hasValue(0);
        assertThat(ended.said()).containsExactly("[chatter] loading");
    }

    @Test
    void oneChildAnswersSeveralQuestionsAndEndsWithItsInput() {
        ChildJvm.RunningChild child = child("serve").startServing();
        Greeting first = child.ask(List.of("gr\u00fc\u00df", "\"dich\"\n"), Greeting.class, LONG)
                .orElseThrow();
        Greeting second = child.ask(List.of("again"), Greeting.class, LONG).orElseThrow();
        assertThat(first.text()).isEqualTo("gr\u00fc\u00df \"dich\"\n");
        assertThat(second).isEqualTo(new Greeting("again", first.number()));
        child.endInput();
        assertThat(child.await(LONG).exitCode()).hasValue(0);
    }

    @Test
    void aChildThatDiesOverAQuestionSaysHow() {
        ChildJvm.RunningChild child = child("serve").startServing();
        assertThat(child.ask(List.of("die"), Greeting.class, LONG)).isEmpty();
        ChildJvm.EndedChild ended = child.await(LONG);
        assertThat(ended.exitCode()).hasValue(4);
        assertThat(ended.lastWords()).isEqualTo("as asked");
        assertThat(child.ask(List.of("more"), Greeting.class, LONG)).isEmpty();
    }

    @Test
    void aChildThatTakesTooLongOverAQuestionIsEnded() {
        ChildJvm.RunningChild child = child("serve").startServing();
        assertThat(child.ask(List.of("hang"), Greeting.class, Duration.ofSeconds(3)))
                .isEmpty();
        assertThat(child.await(LONG).exitCode()).isEmpty();
    }

    @Test
    void aChildThatFailsHasNoAnswerButAnExitCodeAndLastWords() {
        ChildJvm.EndedChild ended = child("fail").start().await(LONG);
        assertThat(ended.answer(Greeting.class)).isEmpty();
        assertThat(ended.exitCode()).hasValue(3);
        assertThat(ended.lastWords()).isEqualTo("no such thing as a free lunch");
        assertThat(ended.text()).isEqualTo("first\nno such thing as a free lunch");
    }

    @Test
    void aChildThatHangsIsEndedAfterItsTime() {
        long start = System.nanoTime();
        ChildJvm.EndedChild ended = child("hang").start().await(Duration.ofSeconds(3));
        assertThat(ended.exitCode()).isEmpty();
        assertThat(ended.json()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aChildEndsWithTheProcessThatStartedItHoweverThatEnded(@TempDir Path folder) throws Exception {
        Path pid = folder.resolve("pid");
        Process parent = new ProcessBuilder(
                        ChildJvm.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        "parent",
                        pid.toString())
                .start();
        ProcessHandle orphan = handle(pid);
        parent.destroyForcibly();
        orphan.onExit().get(30, TimeUnit.SECONDS);
        assertThat(orphan.isAlive()).isFalse();
    }

    private static ProcessHandle handle(Path pid) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!Files.exists(pid) || Files.readString(pid).isEmpty()) {
            assertThat(System.nanoTime()).as("no child yet").isLessThan(deadline);
            Thread.sleep(50);
        }
        return ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();
    }
}
