package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.mfujmh.BadInput;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.Torch;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.process.ParentWatch;

/**
 * Asks libtorch, in a process of its own, what only it knows: the devices, its version and threads,
 * which way to multiply is faster, and which form of the program. The suite itself never loads it, so that nothing of the
 * parent's stands between the forks and the machine.
 */
public final class EngineProbe {

    /**
     * What libtorch said.
     *
     * @param error why it cannot be used, or null
     * @param gemm by question, the way that is faster
     */
    public record EngineInfo(
            String error, String device, String torch, String djl, int threads, Map<String, GemmTiming> gemm) {

        static EngineInfo failed(String why) {
            return new EngineInfo(why, null, null, null, 0, Map.of());
        }

        /** The fastest products seen, FLOP/s; nothing where none had to be measured. */
        public OptionalDouble flopsPerSecond() {
            return gemm.values().stream()
                    .mapToDouble(way -> Math.max(way.nativeGflops(), way.upcastGflops()))
                    .filter(Double::isFinite)
                    .map(gflops -> gflops * 1e9)
                    .max();
        }
    }

    /**
     * A way to multiply that was chosen by measuring both; NaN where there was nothing to measure.
     *
     * @param gemm {@code native} or {@code upcast}
     */
    public record GemmTiming(String gemm, double nativeGflops, double upcastGflops) {

        public static GemmTiming of(GemmChoice choice) {
            return new GemmTiming(
                    choice.gemm().label(), choice.nativeFlopsPerSecond() / 1e9, choice.upcastFlopsPerSecond() / 1e9);
        }

        String describe() {
            return Double.isNaN(nativeGflops)
                    ? gemm + " (there is one way only)"
                    : "%s (measured: native %.0f, upcast %.0f GFLOP/s)".formatted(gemm, nativeGflops, upcastGflops);
        }
    }

    /** By question, the faster backend; or why that is not known. The JSON keeps the name that older builds use. */
    private record BackendAnswers(
            String error, @JsonProperty("forms") Map<String, BackendTuningKey.BackendTiming> backends) {}

    /** This class in a build from before the suite had packages of its own, which {@code --against} may name. */
    private static final String NAME_BEFORE = "org.mfujmh.bench.EngineProbe";

    private static final String MARK = "mfu-probe:";

    /** In the place of the device, where the questions are about backends. */
    private static final String BACKENDS = "forms";

    private static final long MINUTES = 10;

    private EngineProbe() {}

    /**
     * Starts the process and waits for its answer.
     *
     * @param device as the user asked: {@code auto}, {@code cpu} or {@code cuda:N}
     * @param questions by the kind of device on which they arise
     * @throws BadInput where libtorch cannot use the device, or cannot be loaded
     */
    public static EngineInfo ask(
            String device, Map<DeviceDefaults, List<GemmTuningKey>> questions, List<String> jvmArgs) {
        List<String> arguments = new ArrayList<>(List.of(device));
        questions.forEach((kind, all) -> all.forEach(question -> arguments.add(kind + "=" + question.text())));
        EngineInfo answer = run(arguments, EngineInfo.class, jvmArgs);
        if (answer.error() != null) {
            throw new BadInput(answer.error());
        }
        return answer;
    }

    /**
     * Starts the process for questions that arise when all else is settled.
     *
     * @throws BadInput where they could not be answered
     */
    public static Map<BackendTuningKey, BackendTuningKey.BackendTiming> backends(
            List<BackendTuningKey> questions, List<String> jvmArgs) {
        List<String> arguments = new ArrayList<>(List.of(BACKENDS));
        questions.forEach(question -> arguments.add(question.text()));
        BackendAnswers answer = run(arguments, BackendAnswers.class, jvmArgs);
        if (answer.error() != null) {
            throw new BadInput(answer.error());
        }
        Map<BackendTuningKey, BackendTuningKey.BackendTiming> backends = new LinkedHashMap<>();
        questions.forEach(question -> backends.put(question, answer.backends().get(question.text())));
        return backends;
    }

    private static <A> A run(List<String> arguments, Class<A> answer, List<String> jvmArgs) {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(EngineJvm.java());
        command.addAll(jvmArgs);
        command.addAll(List.of("-cp", classPath, mainClass(classPath)));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            List<String> lines = process.inputReader().lines().toList();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            for (String line : lines) {
                if (line.startsWith(MARK)) {
                    return new ObjectMapper()
                            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
                            .readValue(line.substring(MARK.length()), answer);
                }
            }
            throw new BadInput("libtorch could not be asked about this machine: its process ended with exit code "
                    + process.waitFor() + " and said: " + String.join(" / ", lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while libtorch was asked", e);
        }
    }

    /** This class, by the name that it has in the build on that class path. */
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

    public static void main(String[] arguments) throws IOException {
        ParentWatch.start();
        List<String> questions = List.of(arguments).subList(1, arguments.length);
        boolean aboutBackends = arguments[0].equals(BACKENDS);
        Object answer;
        try {
            answer = aboutBackends ? backends(questions) : answer(arguments[0], questions);
        } catch (BadInput e) {
            answer = failed(aboutBackends, e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            answer = failed(aboutBackends, aboutBackends ? String.valueOf(e.getMessage()) : Torch.whyNotLoaded(e));
        }
        System.out.println(MARK + new ObjectMapper().writeValueAsString(answer));
    }

    private static Object failed(boolean aboutBackends, String why) {
        return aboutBackends ? new BackendAnswers(why, Map.of()) : EngineInfo.failed(why);
    }

    private static BackendAnswers backends(List<String> questions) {
        Map<String, BackendTuningKey.BackendTiming> backends = new TreeMap<>();
        questions.forEach(question -> backends.put(
                question,
                BackendTuningKey.BackendTiming.of(
                        BackendTuningKey.parse(question).answer())));
        return new BackendAnswers(null, backends);
    }

    private static EngineInfo answer(String device, List<String> questions) {
        String where = device.equals("auto") ? Torch.defaultDevice() : device;
        Torch.requireDevice(where);
        String kind = DeviceDefaults.on(where) + "=";
        Map<String, GemmTiming> gemm = new TreeMap<>();
        for (String question : questions) {
            if (question.startsWith(kind)) {
                String text = question.substring(kind.length());
                gemm.put(text, GemmTiming.of(GemmTuningKey.parse(text).answer(where)));
            }
        }
        return new EngineInfo(null, where, Torch.version(), Torch.djlVersion(), Torch.threads(), gemm);
    }
}
