package org.mfujmh.device.gpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.device.gpu.Gpu.GpuProcess;
import org.mfujmh.device.gpu.Gpu.MigSlice;

/**
 * Reads what {@code nvidia-smi} prints. Cells are separated by a comma and a space, so a decimal comma
 * does not part one. A cell that this card or driver does not tell ({@code [N/A]}, {@code [Not Supported]},
 * {@code [Unknown Error]}, {@code [GPU requires reset]}, {@code ERR!}, ...) is unknown, never zero.
 */
public final class SmiOutput {
    /** What we ask of a GPU. Drivers differ in what they know: {@link NvidiaSmi} leaves out what one rejects. */
    static final List<String> GPU_FIELDS = List.of(
            "index",
            "name",
            "uuid",
            "driver_version",
            "memory.total",
            "memory.used",
            "clocks.max.sm",
            "clocks.sm",
            "clocks.max.mem",
            "clocks.mem",
            "enforced.power.limit",
            "mig.mode.current");

    static final List<String> PROCESS_FIELDS = List.of("gpu_uuid", "pid", "process_name", "used_gpu_memory");

    private static final Pattern REJECTED_FIELD = Pattern.compile("Field \"([^\"]+)\" is not a valid field to query");
    /** What stands in place of a value, with or without brackets. */
    private static final Pattern UNKNOWN = Pattern.compile(
            "\\[.*\\]|<.*>|-|ERR!?|N/A|Unknown( Error)?|Not (Supported|Available|Active|Found)|Insufficient Permissions"
                    + "|No Permissions?|GPU (requires reset|is lost|access blocked.*)|Requires Reset",
            Pattern.CASE_INSENSITIVE);

    /** {@code GPU-...} and {@code MIG-...} of cards; a Jetson's has no such beginning. */
    private static final Pattern UUID = Pattern.compile("(GPU|MIG|DLA)-\\S+|[0-9a-fA-F]{4,}(-[0-9a-fA-F]{2,}){3,}");

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,9}([.,]\\d{1,9})?)( (MiB|MHz|W))?");

    private static final Pattern PROCESS = Pattern.compile("(\\S+),\\s+(\\d{1,18}|\\[.*?\\]|N/A),\\s+(.*),\\s+(\\S.*)");

    /** A GPU whose name the driver does not tell. */
    static final String UNNAMED = "unnamed NVIDIA GPU";

    private static final Pattern LISTED_GPU = Pattern.compile("GPU (\\d+): .*");
    private static final Pattern LISTED_SLICE = Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+\\d+: \\(UUID: (\\S+)\\)");

    private SmiOutput() {}

    /** The field that this driver does not know, by its error message. */
    static Optional<String> rejectedField(String output) {
        Matcher matcher = REJECTED_FIELD.matcher(output);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /**
     * One line of {@code --query-gpu=...}; empty if it is not one. One odd cell costs no other.
     *
     * @param fields that were asked for, {@code index} and {@code uuid} among them
     */
    public static Optional<Gpu> gpu(List<String> fields, String line) {
        Map<String, String> cells = cells(fields, line);
        OptionalInt index = integer(cells.get("index"));
        // The index makes a row a row, with a UUID, or one that is not told: an error message with commas has neither.
        String uuid = cells.getOrDefault("uuid", "");
        if (index.isEmpty() || !(UUID.matcher(uuid).matches() || isUnknown(uuid))) {
            return Optional.empty();
        }
        String name = text(cells.get("name"));
        return Optional.of(new Gpu(
                index.getAsInt(),
                name.isEmpty() ? unnamed(text(uuid)) : name,
                text(uuid),
                text(cells.get("driver_version")),
                positive(integer(cells.get("memory.total"))),
                integer(cells.get("memory.used")),
                positive(integer(cells.get("clocks.max.sm"))),
                integer(cells.get("clocks.sm")),
                positive(integer(cells.get("clocks.max.mem"))),
                integer(cells.get("clocks.mem")),
                decimal(cells.get("enforced.power.limit")),
                "Enabled".equals(cells.get("mig.mode.current")),
                List.of(),
                List.of()));
    }

    /** With its UUID, so that two of them are not one. */
    private static String unnamed(String uuid) {
        return uuid.isEmpty() ? UNNAMED : UNNAMED + " (" + uuid + ")";
    }

    /** No card has none of it: a zero is a driver's way not to tell. */
    private static OptionalInt positive(OptionalInt number) {
        return number.orElse(0) > 0 ? number : OptionalInt.empty();
    }

    /** Processes by the UUID of their GPU, of {@code --query-compute-apps=...}. */
    static Map<String, List<GpuProcess>> processes(String output) {
        Map<String, List<GpuProcess>> byGpu = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            Matcher cells = PROCESS.matcher(line.strip());
            if (cells.matches() && UUID.matcher(cells.group(1)).matches()) {
                long pid = cells.group(2).matches("\\d+") ? Long.parseLong(cells.group(2)) : GpuProcess.UNKNOWN_PID;
                byGpu.computeIfAbsent(cells.group(1), uuid -> new ArrayList<>())
                        .add(new GpuProcess(pid, cells.group(3).strip(), integer(cells.group(4))));
            }
        }
        return byGpu;
    }

    /** The slices of divided GPUs by the GPU's index, of {@code nvidia-smi -L}. */
    static Map<Integer, List<MigSlice>> slices(String output) {
        Map<Integer, List<MigSlice>> byGpu = new LinkedHashMap<>();
        int gpu = -1;
        for (String line : output.lines().toList()) {
            Matcher listed = LISTED_GPU.matcher(line);
            Matcher slice = LISTED_SLICE.matcher(line);
            if (listed.matches()) {
                gpu = integer(listed.group(1)).orElse(-1);
            } else if (slice.matches()) {
                byGpu.computeIfAbsent(gpu, index -> new ArrayList<>())
                        .add(new MigSlice(slice.group(1), slice.group(2)));
            }
        }
        return byGpu;
    }

    /** Cells by field. A name with a comma in it makes more of them: the UUID tells where the name ends. */
    private static Map<String, String> cells(List<String> fields, String line) {
        List<String> cells = Stream.of(line.strip().split(",\\s+", -1))
                .map(String::strip)
                .collect(Collectors.toCollection(ArrayList::new));
        int uuid = IntStream.range(0, cells.size())
                .filter(i -> UUID.matcher(cells.get(i)).matches())
                .findFirst()
                .orElse(-1);
        int name = fields.indexOf("name");
        boolean asAsked = name == 1 && fields.indexOf("uuid") == 2;
        if (asAsked && uuid > 2 && cells.size() > fields.size()) {
            List<String> whole = cells.subList(name, uuid);
            String joined = String.join(", ", whole);
            whole.clear();
            cells.add(name, joined);
        }
        // With a UUID in its place a row is one even if it is cut short, or longer than was asked for.
        boolean anchored =
                asAsked && cells.size() > 2 && UUID.matcher(cells.get(2)).matches();
        Map<String, String> byField = new LinkedHashMap<>();
        if (cells.size() == fields.size() || anchored) {
            for (int i = 0; i < Math.min(cells.size(), fields.size()); i++) {
                byField.put(fields.get(i), cells.get(i));
            }
        }
        return byField;
    }

    private static boolean isUnknown(String cell) {
        return UNKNOWN.matcher(cell).matches();
    }

    private static String text(String cell) {
        return cell == null || isUnknown(cell) ? "" : cell;
    }

    /** Of whole units; drivers print them with the unit where they don't know {@code nounits}. */
    private static OptionalInt integer(String cell) {
        OptionalDouble value = decimal(cell);
        return value.isPresent() ? OptionalInt.of((int) Math.round(value.getAsDouble())) : OptionalInt.empty();
    }

    private static OptionalDouble decimal(String cell) {
        Matcher number = NUMBER.matcher(cell == null ? "" : cell);
        return number.matches()
                ? OptionalDouble.of(Double.parseDouble(number.group(1).replace(',', '.')))
                : OptionalDouble.empty();
    }
}
