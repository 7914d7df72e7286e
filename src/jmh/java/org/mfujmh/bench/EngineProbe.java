package org.mfujmh.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.mfujmh.BadInput;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.Torch;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Precision;

/**
 * Asks libtorch, in a process of its own, what only it knows: the devices, its version and threads,
 * and which way to multiply is faster. The suite itself never loads it, so that nothing of the
 * parent's stands between the forks and the machine.
 */
public final class EngineProbe {

    /** What libtorch said. */
    record Answer(
            String error,
            String device,
            String torch,
            String djl,
            int threads,
            Map<String, String> gemm,
            Map<String, String> measured) {}

    private static final String MARK = "mfu-probe:";
    private static final long MINUTES = 10;

    private EngineProbe() {}

    /**
     * Starts the process and waits for its answer.
     *
     * @param device as the user asked: {@code auto}, {@code cpu} or {@code cuda:N}
     * @param questions {@code model:dtype:tokens}, one for each gemm=auto to be decided
     * @throws BadInput where libtorch cannot use the device, or cannot be loaded
     */
    static Answer ask(String device, List<String> questions, List<String> jvmArgs) {
        List<String> command = new ArrayList<>();
        command.add(EngineJvm.java());
        command.addAll(jvmArgs);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EngineProbe.class.getName(), device));
        command.addAll(questions);
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
                    Answer answer = new ObjectMapper().readValue(line.substring(MARK.length()), Answer.class);
                    if (answer.error() != null) {
                        throw new BadInput(answer.error());
                    }
                    return answer;
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

    public static void main(String[] arguments) throws IOException {
        ParentWatch.start();
        Answer answer;
        try {
            answer = answer(arguments[0], List.of(arguments).subList(1, arguments.length));
        } catch (BadInput e) {
            answer = new Answer(e.getMessage(), null, null, null, 0, Map.of(), Map.of());
        } catch (RuntimeException | LinkageError e) {
            answer = new Answer("libtorch cannot be loaded: " + e, null, null, null, 0, Map.of(), Map.of());
        }
        System.out.println(MARK + new ObjectMapper().writeValueAsString(answer));
    }

    private static Answer answer(String device, List<String> questions) {
        String where = device.equals("auto") ? Torch.defaultDevice() : device;
        Torch.requireDevice(where);
        Map<String, String> gemm = new TreeMap<>();
        Map<String, String> measured = new TreeMap<>();
        for (String question : questions) {
            String[] parts = question.split(":", 3);
            GemmChoice choice = GemmChoice.measure(
                    GptConfig.named(parts[0]), Precision.of(parts[1]), where, Integer.parseInt(parts[2]));
            gemm.put(question, choice.gemm().label());
            if (!Double.isNaN(choice.nativeFlopsPerSecond())) {
                measured.put(
                        question,
                        "native %.0f, upcast %.0f GFLOP/s"
                                .formatted(choice.nativeFlopsPerSecond() / 1e9, choice.upcastFlopsPerSecond() / 1e9));
            }
        }
        return new Answer(null, where, Torch.version(), Torch.djlVersion(), Torch.threads(), gemm, measured);
    }
}
