package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.mfujmh.BadInput;
import org.mfujmh.engine.Torch;
import org.mfujmh.model.hub.Models;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.process.ChildJvm;

/**
 * Queries libtorch in a child process: the device, its version and threads, the faster {@code gemm} and the faster
 * backend. The suite itself never loads libtorch, so that the parent does not disturb the forks. The child is kept for the
 * next question until {@link #end}, since loading libtorch takes longer than most answers.
 */
public final class EngineProbe implements AutoCloseable {

    /**
     * The answer from libtorch.
     *
     * @param error why it cannot be used, or null
     * @param gemm the faster way by key
     */
    public record EngineInfo(
            String error, String device, String torch, String djl, int threads, Map<String, TuningAnswer> gemm) {

        static EngineInfo failed(String why) {
            return new EngineInfo(why, null, null, null, 0, Map.of());
        }

        /** The same with other answers about {@code gemm}. */
        public EngineInfo withGemm(Map<String, TuningAnswer> answers) {
            return new EngineInfo(error, device, torch, djl, threads, answers);
        }

        /** The fastest products seen, FLOP/s; empty if none had to be measured. */
        public OptionalDouble flopsPerSecond() {
            return gemm.values().stream()
                    .flatMapToDouble(way -> way.fewestSeconds().stream())
                    .map(GemmTuningKey::flopsPerSecond)
                    .max();
        }
    }

    /** The faster way by key, or why it is unknown. The JSON uses the field name of older builds. */
    private record BackendAnswers(
            String error, @JsonProperty("forms") Map<String, TuningAnswer> backends) {}

    /** The name of this class in older builds, which {@code --against} may use. */
    private static final String NAME_BEFORE = "org.mfujmh.bench.EngineProbe";

    /** Replaces the device argument if the questions are about backends. */
    private static final String BACKENDS = "forms";

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration END = Duration.ofSeconds(10);

    /** It times native code for a second or so: C2, which prepares for a long run, would only delay it. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1");

    /** The argument of a child that answers several questions. */
    private static final String SERVE = "serve";

    private final String classPath = System.getProperty("java.class.path");

    /** By its JVM options, which name its libtorch. */
    private final Map<List<String>, ChildJvm.RunningChild> children = new HashMap<>();

    /**
     * Asks about the device, and which way to multiply is faster there.
     *
     * @param device as requested: {@code auto}, {@code cpu} or {@code cuda:N}
     * @param questions by the kind of device that they apply to
     * @throws BadInput if libtorch cannot use the device, or cannot be loaded
     */
    public EngineInfo ask(String device, Map<DeviceDefaults, List<GemmTuningKey>> questions, List<String> jvmArgs) {
        List<String> arguments = new ArrayList<>(List.of(device));
        questions.forEach((kind, all) -> all.forEach(question -> arguments.add(kind + "=" + question.text())));
        EngineInfo answer = run(arguments, EngineInfo.class, jvmArgs);
        if (answer.error() != null) {
            throw new BadInput(answer.error());
        }
        return answer;
    }

    /**
     * Asks the questions that need all other parameters resolved.
     *
     * @throws BadInput if they could not be answered
     */
    public Map<TuningKey, TuningAnswer> tuned(List<TuningKey> questions, List<String> jvmArgs) {
        List<String> arguments = new ArrayList<>(List.of(BACKENDS));
        questions.forEach(question -> arguments.add(question.text()));
        BackendAnswers answer = run(arguments, BackendAnswers.class, jvmArgs);
        if (answer.error() != null) {
            throw new BadInput(answer.error());
        }
        Map<TuningKey, TuningAnswer> answers = new LinkedHashMap<>();
        questions.forEach(question -> answers.put(question, answer.backends().get(question.text())));
        return answers;
    }

    private <A> A run(List<String> question, Class<A> type, List<String> jvmArgs) {
        List<String> options = new ArrayList<>(SHORT_LIVED);
        options.addAll(jvmArgs);
        options.addAll(Models.childOptions());
        return System.getProperty("java.class.path").equals(classPath)
                ? served(question, type, options)
                : once(question, type, options);
    }

    private <A> A served(List<String> question, Class<A> type, List<String> options) {
        ChildJvm.RunningChild child = children.computeIfAbsent(options, own -> ChildJvm.of(EngineProbe.class.getName())
                .options(own)
                .arguments(List.of(SERVE))
                .showingErrors()
                .startServing());
        return child.ask(question, type, LIMIT).orElseThrow(() -> {
            children.remove(options);
            return failed(child.await(LIMIT));
        });
    }

    /** Another build, which may be too old to be asked twice. */
    private static <A> A once(List<String> question, Class<A> type, List<String> options) {
        ChildJvm.EndedChild ended = ChildJvm.of(mainClass(System.getProperty("java.class.path")))
                .options(options)
                .arguments(question)
                .showingErrors()
                .start()
                .await(LIMIT);
        return ended.answer(type).orElseThrow(() -> failed(ended));
    }

    private static BadInput failed(ChildJvm.EndedChild ended) {
        return new BadInput("libtorch could not be queried about this machine: its process "
                + (ended.exitCode().isPresent()
                        ? "ended with exit code " + ended.exitCode().getAsInt()
                        : "did not finish within " + LIMIT.toMinutes() + " minutes and was killed")
                + ". Its output: " + String.join(" / ", ended.said()));
    }

    /** Ends the children, so that none holds memory or a device while passes are measured. */
    public void end() {
        children.values().forEach(child -> child.endAndWait(END));
        children.clear();
    }

    @Override
    public void close() {
        end();
    }

    /** The name of this class in the build on a class path. */
    private static String mainClass(String classPath) {
        List<URL> urls = new ArrayList<>();
        try {
            for (String element : classPath.split(File.pathSeparator, -1)) {
                urls.add(new File(element).toURI().toURL());
            }
            try (URLClassLoader build = new URLClassLoader(urls.toArray(URL[]::new), null)) {
                boolean old = build.getResource(NAME_BEFORE.replace('.', '/') + ".class") != null;
                return old ? NAME_BEFORE : EngineProbe.class.getName();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) {
        if (arguments.length == 1 && arguments[0].equals(SERVE)) {
            ChildJvm.answerAll(EngineProbe::answer);
        } else {
            ChildJvm.answer(() -> answer(List.of(arguments)));
        }
    }

    private static Object answer(List<String> arguments) {
        List<String> questions = arguments.subList(1, arguments.size());
        boolean aboutBackends = arguments.get(0).equals(BACKENDS);
        try {
            return aboutBackends ? backends(questions) : answer(arguments.get(0), questions);
        } catch (BadInput e) {
            return failed(aboutBackends, e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            return failed(aboutBackends, aboutBackends ? String.valueOf(e.getMessage()) : Torch.whyNotLoaded(e));
        }
    }

    private static Object failed(boolean aboutBackends, String why) {
        return aboutBackends ? new BackendAnswers(why, Map.of()) : EngineInfo.failed(why);
    }

    private static BackendAnswers backends(List<String> questions) {
        Map<String, TuningAnswer> backends = new TreeMap<>();
        questions.forEach(
                question -> backends.put(question, TuningKey.parse(question).answer()));
        return new BackendAnswers(null, backends);
    }

    private static EngineInfo answer(String device, List<String> questions) {
        String where = device.equals("auto") ? Torch.defaultDevice() : device;
        Torch.requireDevice(where);
        String kind = DeviceDefaults.on(where) + "=";
        Map<String, TuningAnswer> gemm = new TreeMap<>();
        for (String question : questions) {
            if (question.startsWith(kind)) {
                GemmTuningKey key =
                        GemmTuningKey.parse(question.substring(kind.length())).on(where);
                gemm.put(key.text(), key.answer());
            }
        }
        return new EngineInfo(null, where, Torch.version(), Torch.djlVersion(), Torch.threads(), gemm);
    }
}
