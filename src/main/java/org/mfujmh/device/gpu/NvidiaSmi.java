package org.mfujmh.device.gpu;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.ShortCommand;
import org.mfujmh.device.gpu.Gpu.GpuProcess;
import org.mfujmh.device.gpu.Gpu.MigSlice;
import org.mfujmh.device.gpu.GpuReading.Found;
import org.mfujmh.device.gpu.GpuReading.Reason;
import org.mfujmh.device.gpu.GpuReading.Unavailable;

/** Queries {@code nvidia-smi} for the GPUs. The result is always a {@link GpuReading}, never an exception. */
public final class NvidiaSmi {
    /** For all queries together. Without the persistence daemon, a driver takes seconds to wake eight GPUs. */
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Its folders when it is not on the PATH: in Windows Subsystem for Linux and on Kubernetes nodes. */
    private static final List<String> USUAL_FOLDERS = List.of("/usr/lib/wsl/lib", "/usr/local/nvidia/bin");

    private static final int MOST_QUOTED = 200;

    private final Path program;
    private final long deadline;
    private final Duration timeout;

    private NvidiaSmi(Path program, Duration timeout) {
        this.program = program;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Queries the nvidia-smi on the PATH, otherwise in its usual folders. */
    public static GpuReading query() {
        return query(Optional.ofNullable(System.getenv("PATH")).orElse(""), USUAL_FOLDERS, TIMEOUT);
    }

    /**
     * @param path folders to search, in the format of PATH
     */
    static GpuReading query(String path, Duration timeout) {
        return query(path, List.of(), timeout);
    }

    /**
     * @param usual folders to search after those of the path
     */
    static GpuReading query(String path, List<String> usual, Duration timeout) {
        return find(path, usual)
                .map(program -> new NvidiaSmi(program, timeout).read())
                .orElseGet(() -> new Unavailable(
                        Reason.NO_PROGRAM, "There is no nvidia-smi on the PATH, so no NVIDIA GPU was detected."));
    }

    /** The Windows program, which WSL also has on the PATH, knows only Windows processes, so it comes last. */
    private static Optional<Path> find(String path, List<String> usual) {
        List<String> folders = Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), usual.stream())
                .filter(folder -> !folder.isBlank())
                .toList();
        return Stream.of("nvidia-smi", "nvidia-smi.exe")
                .flatMap(name -> folders.stream().flatMap(folder -> resolve(folder, name)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Stream<Path> resolve(String folder, String name) {
        try {
            return Stream.of(Path.of(folder, name));
        } catch (InvalidPathException notAFolder) {
            return Stream.empty();
        }
    }

    private GpuReading read() {
        try {
            List<String> fields = new ArrayList<>(SmiOutput.GPU_FIELDS);
            ShortCommand.CommandOutput answer = ask(query("gpu", fields));
            Optional<String> rejected = SmiOutput.rejectedField(answer.output());
            while (rejected.isPresent() && fields.remove(rejected.get()) && !fields.isEmpty()) {
                answer = ask(query("gpu", fields));
                rejected = SmiOutput.rejectedField(answer.output());
            }
            return interpret(answer, fields);
        } catch (IOException e) {
            return new Unavailable(
                    Reason.FAILED,
                    "nvidia-smi could not be run (%s), so no NVIDIA GPU was detected.".formatted(e.getMessage()));
        }
    }

    private GpuReading interpret(ShortCommand.CommandOutput answer, List<String> fields) {
        if (!answer.ended()) {
            return new Unavailable(
                    Reason.HUNG,
                    ("nvidia-smi did not answer within %d s, so no NVIDIA GPU was detected; the driver may be hung: "
                                    + "try running nvidia-smi yourself.")
                            .formatted(Math.max(1, timeout.toSeconds())));
        }
        List<Gpu> gpus = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        answer.output().lines().filter(line -> !line.isBlank()).forEach(line -> SmiOutput.gpu(fields, line, gpus.size())
                .ifPresentOrElse(gpus::add, () -> strange.add(line)));
        if (!gpus.isEmpty()) {
            return withDetails(gpus, strange);
        }
        String said = quote(answer.output());
        if (answer.output().contains("No devices were found")) {
            return new Unavailable(
                    Reason.NO_DEVICES,
                    "nvidia-smi reports \"No devices were found\": there is a driver, but no GPU visible to this "
                            + "process.");
        }
        return answer.exitCode() == 0
                ? new Unavailable(
                        Reason.GARBLED,
                        "nvidia-smi printed %s, which is not a list of GPUs, so none was detected.".formatted(said))
                : new Unavailable(
                        Reason.FAILED,
                        "nvidia-smi failed with exit code %d and printed %s, so no NVIDIA GPU was detected."
                                .formatted(answer.exitCode(), said));
    }

    /** Adds other processes and the slices of divided cards, or warnings if these cannot be read. */
    private Found withDetails(List<Gpu> gpus, List<String> strange) {
        List<String> warnings = new ArrayList<>();
        strange.forEach(line -> warnings.add("nvidia-smi also printed %s.".formatted(quote(line))));
        Map<String, List<GpuProcess>> processes = ask(
                        query("compute-apps", SmiOutput.PROCESS_FIELDS), "who else uses the GPUs", warnings)
                .map(SmiOutput::processes)
                .orElse(Map.of());
        Map<Integer, List<MigSlice>> slices = gpus.stream().anyMatch(Gpu::mig)
                ? ask(List.of("-L"), "how the GPUs are divided (MIG)", warnings)
                        .map(SmiOutput::slices)
                        .orElse(Map.of())
                : Map.of();
        Set<Long> ours = Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().descendants())
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
        List<Gpu> detailed = gpus.stream()
                .map(gpu -> gpu.withSlices(slices.getOrDefault(gpu.index(), List.of())))
                .map(gpu -> gpu.withProcesses(on(gpu, processes).stream()
                        .filter(process -> !(process.isOfThisSystem() && ours.contains(process.pid())))
                        .toList()))
                .toList();
        return new Found(detailed, warnings);
    }

    private static List<GpuProcess> on(Gpu gpu, Map<String, List<GpuProcess>> processes) {
        return Stream.concat(Stream.of(gpu.uuid()), gpu.slices().stream().map(MigSlice::uuid))
                .distinct()
                .flatMap(uuid -> processes.getOrDefault(uuid, List.of()).stream())
                .toList();
    }

    /**
     * Memory in use on a GPU. If the card does not report it, as one that shares the host's memory, it is the sum over
     * the processes that compute on it.
     *
     * @param gpu just read
     * @return MiB; empty if neither is reported
     */
    public static OptionalInt memoryUsedMib(Gpu gpu) {
        return memoryUsedMib(gpu, Optional.ofNullable(System.getenv("PATH")).orElse(""), USUAL_FOLDERS);
    }

    static OptionalInt memoryUsedMib(Gpu gpu, String path, List<String> usual) {
        if (gpu.memoryUsedMib().isPresent()) {
            return gpu.memoryUsedMib();
        }
        Map<String, List<GpuProcess>> byGpu = find(path, usual)
                .flatMap(program -> new NvidiaSmi(program, TIMEOUT)
                        .ask(query("compute-apps", SmiOutput.PROCESS_FIELDS), "who uses it", new ArrayList<>()))
                .map(SmiOutput::processes)
                .orElse(Map.of());
        List<GpuProcess> all = on(gpu, byGpu);
        boolean somewhere = byGpu.containsKey(""); // a process on an unknown GPU may be on this one
        return somewhere
                        || all.isEmpty()
                        || all.stream().anyMatch(process -> process.memoryMib().isEmpty())
                ? OptionalInt.empty()
                : OptionalInt.of(all.stream()
                        .mapToInt(process -> process.memoryMib().getAsInt())
                        .sum());
    }

    private Optional<String> ask(List<String> arguments, String what, List<String> warnings) {
        try {
            ShortCommand.CommandOutput answer = ask(arguments);
            if (answer.ended() && answer.exitCode() == 0) {
                return Optional.of(answer.output());
            }
        } catch (IOException said) {
            // Treated like no answer: the same warning.
        }
        warnings.add("nvidia-smi does not report " + what + ".");
        return Optional.empty();
    }

    private ShortCommand.CommandOutput ask(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return ShortCommand.run(command, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }

    private static List<String> query(String what, List<String> fields) {
        return List.of("--query-" + what + "=" + String.join(",", fields), "--format=csv,noheader,nounits");
    }

    private static String quote(String output) {
        String line = output.strip().replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ");
        if (line.isEmpty()) {
            return "nothing";
        }
        return "\"" + (line.length() > MOST_QUOTED ? line.substring(0, MOST_QUOTED) + "..." : line) + "\"";
    }
}
