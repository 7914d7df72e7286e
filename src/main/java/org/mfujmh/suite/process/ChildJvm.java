package org.mfujmh.suite.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A child JVM that answers one question with one line of JSON, or several one after the other. It ends with the process
 * that started it, and within a time limit. The parent starts it with {@link #start}, and the child answers with {@link
 * #answer}; or with {@link #startServing} and {@link #answerAll}.
 */
public final class ChildJvm {
    /** The prefix that distinguishes the answer from other output; older builds print it too. */
    private static final String MARK = "mfu-probe:";

    /** The environment variable with the parent's process id. */
    private static final String STARTER = "MFU_STARTER_PID";

    /** In place of an answer: there will be none. */
    private static final String NO_MORE = "";

    private static final int LINES_KEPT = 40;
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private final String mainClass;
    private List<String> options = List.of();
    private List<String> arguments = List.of();
    private Map<String, String> environment = Map.of();
    private UnaryOperator<List<String>> wrapper = UnaryOperator.identity();
    private boolean showsErrors;

    private ChildJvm(String mainClass) {
        this.mainClass = mainClass;
    }

    /** A JVM on the class path of this process whose main method calls {@link #answer}. */
    public static ChildJvm of(String mainClass) {
        return new ChildJvm(mainClass);
    }

    /** The executable of the JVM that runs this process. */
    public static String java() {
        return ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java");
    }

    /** Options of the JVM. */
    public ChildJvm options(List<String> some) {
        options = List.copyOf(some);
        return this;
    }

    /** Arguments of the main method. */
    public ChildJvm arguments(List<String> some) {
        arguments = List.copyOf(some);
        return this;
    }

    /** Additional environment variables. */
    public ChildJvm environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    /** Wraps it in another command, which must {@code exec} the JVM, since the child watches its parent. */
    public ChildJvm within(UnaryOperator<List<String>> command) {
        wrapper = command;
        return this;
    }

    /** Copies its standard error to this process's while it runs. */
    public ChildJvm showingErrors() {
        showsErrors = true;
        return this;
    }

    public RunningChild start() {
        RunningChild child = startServing();
        child.endInput();
        return child;
    }

    /** Starts a child that answers one question after another, see {@link #answerAll}. */
    public RunningChild startServing() {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(wrapper.apply(command));
        builder.environment().putAll(environment);
        builder.environment()
                .put(STARTER, String.valueOf(ProcessHandle.current().pid()));
        try {
            return new RunningChild(builder.start(), showsErrors);
        } catch (IOException e) {
            throw new UncheckedIOException("A child process could not be started", e);
        }
    }

    /**
     * In the child: does the work, prints the answer and ends this process; also ends it when the parent ends.
     *
     * @param work returns the answer; if it throws, the child ends without an answer, so expected failures must be
     *     returned
     */
    public static void answer(Supplier<?> work) {
        watchParent();
        print(work.get());
        halt();
    }

    /**
     * In the child: answers each question of {@link RunningChild#ask} until the parent asks no more; then ends this
     * process.
     *
     * @param work as for {@link #answer}, with the words of the question
     */
    public static void answerAll(Function<List<String>, ?> work) {
        watchParent();
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .lines()
                .forEach(line -> print(work.apply(words(line))));
        halt();
    }

    private static void watchParent() {
        String starter = System.getenv(STARTER);
        if (starter == null) {
            ParentWatch.start(); // started by an older build or by a person
        } else {
            ParentWatch.start(Long.parseLong(starter));
        }
    }

    private static List<String> words(String line) {
        try {
            return List.of(JSON.readValue(line, String[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A question that cannot be read: " + line, e);
        }
    }

    private static void print(Object answer) {
        try {
            System.out.println(MARK + JSON.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer that cannot be written", e);
        }
        System.out.flush();
        System.err.flush();
    }

    private static void halt() {
        // An orderly shutdown of native libraries may wait for a failed device.
        Runtime.getRuntime().halt(0);
    }

    private static <A> A parsed(String answer, Class<A> type) {
        try {
            return JSON.readValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A child process gave an answer that cannot be parsed: " + answer, e);
        }
    }

    /** A running child. */
    public static final class RunningChild {
        private final Process process;
        private final Deque<String> said = new ArrayDeque<>();
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private final Thread out;
        private final Thread err;
        private boolean late;

        private RunningChild(Process process, boolean showsErrors) {
            this.process = process;
            out = reading(process.inputReader(), false, () -> answers.add(NO_MORE));
            err = reading(process.errorReader(), showsErrors, () -> {});
        }

        /** It is asked no more. */
        public void endInput() {
            try {
                process.getOutputStream().close();
            } catch (IOException ended) {
                // It has ended, so it reads no more.
            }
        }

        /**
         * Asks a child of {@link ChildJvm#startServing} and waits for its answer; ends it after the time limit.
         *
         * @return empty if it ended without an answer: {@link #await} says how
         */
        public <A> Optional<A> ask(List<String> question, Class<A> type, Duration limit) {
            try {
                process.getOutputStream()
                        .write((JSON.writeValueAsString(question) + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                String answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (answer == null) {
                    late = true;
                    end();
                }
                if (NO_MORE.equals(answer)) {
                    answers.add(NO_MORE); // for the next question
                }
                return Optional.ofNullable(answer)
                        .filter(text -> !text.equals(NO_MORE))
                        .map(text -> parsed(text, type));
            } catch (IOException ended) {
                return Optional.empty();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        /** Waits until it ends; ends it after the time limit. */
        public EndedChild await(Duration limit) {
            try {
                boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && !late;
                if (!inTime) {
                    end();
                }
                out.join(TimeUnit.SECONDS.toMillis(10));
                err.join(TimeUnit.SECONDS.toMillis(10));
                synchronized (this) {
                    return new EndedChild(
                            inTime ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(),
                            answers.stream()
                                    .filter(text -> !text.equals(NO_MORE))
                                    .findFirst(),
                            List.copyOf(said));
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private IllegalStateException interrupted(InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            return new IllegalStateException("Interrupted while a child process was running", e);
        }

        /** Ends it and its own children. */
        public void end() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        /** Ends it, and waits up to the time limit until it is gone. */
        public void endAndWait(Duration limit) {
            end();
            process.onExit()
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> null)
                    .join();
        }

        private Thread reading(BufferedReader reader, boolean shown, Runnable afterwards) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            reader.lines().forEach(line -> take(line, shown));
                        } finally {
                            afterwards.run();
                        }
                    },
                    "mfu-child-output");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private synchronized void take(String line, boolean shown) {
            if (line.startsWith(MARK)) {
                answers.add(line.substring(MARK.length()));
                return;
            }
            if (shown) {
                System.err.println(line);
            }
            said.add(line);
            if (said.size() > LINES_KEPT) {
                said.removeFirst();
            }
        }
    }

    /**
     * A child that has ended.
     *
     * @param exitCode empty if it was ended at the time limit
     * @param json its answer, if any
     * @param said the last lines of its output on both streams
     */
    public record EndedChild(OptionalInt exitCode, Optional<String> json, List<String> said) {

        /** Its answer, parsed. */
        public <A> Optional<A> answer(Class<A> type) {
            return json.map(text -> parsed(text, type));
        }

        /** The last lines of its output. */
        public String text() {
            return String.join("\n", said);
        }

        /** The last non-blank line of its output; may be empty. */
        public String lastWords() {
            return said.stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .reduce((first, second) -> second)
                    .orElse("");
        }
    }
}
