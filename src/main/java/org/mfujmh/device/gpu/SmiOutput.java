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
 * Parses the output of {@code nvidia-smi}. Cells are separated by a comma and a space, so a decimal comma does not
 * split a cell. A value that the card or driver does not report ({@code [N/A]}, {@code [Not Supported]},
 * {@code [Unknown Error]}, {@code [GPU requires reset]}, {@code ERR!}, ...) is unknown, never zero.
 */
public final class SmiOutput {
    /**
     * The queried fields of a GPU. Drivers differ in their fields; {@link NvidiaSmi} drops those that a driver rejects.
     */
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
    /** Placeholders for missing values, with or without brackets. */
    private static final Pattern UNKNOWN = Pattern.compile(
            "\\[.*\\]|<.*>|-|ERR!?|N/A|Unknown( Error)?|Not (Supported|Available|Active|Found)|Insufficient Permissions"
                    + "|No Permissions?|GPU (requires reset|is lost|access blocked.*)|Requires Reset",
            Pattern.CASE_INSENSITIVE);

    /** {@code GPU-...} and {@code MIG-...}; a Jetson's UUID has no such prefix. */
    private static final Pattern UUID = Pattern.compile("(GPU|MIG|DLA)-\\S+|[0-9a-fA-F]{4,}(-[0-9a-fA-F]{2,}){3,}");

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,9}([.,]\\d{1,9})?)( (MiB|MHz|W))?");

    private static final Pattern PROCESS =
            Pattern.compile("(\\S+|\\[.*?\\]),\\s+(\\d{1,18}|\\[.*?\\]|N/A),\\s+(.*),\\s+(\\S.*)");

    /** The name of a GPU whose name the driver does not report. */
    static final String UNNAMED = "unnamed NVIDIA GPU";

    private static final Pattern LISTED_GPU = Pattern.compile("GPU (\\d+): .*");
    private static final Pattern LISTED_SLICE = Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+\\d+: \\(UUID: (\\S+)\\)");

    private SmiOutput() {}

    /** The field that the driver rejects, from its error message. */
    static Optional<String> rejectedField(String output) {
        Matcher matcher = REJECTED_FIELD.matcher(output);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /**
     * Parses one line of {@code --query-gpu=...}; empty if it is not one. An invalid cell does not affect the others.
     *
     * @param fields the queried fields, including {@code index} and {@code uuid}
     */
    public static Optional<Gpu> gpu(List<String> fields, String line) {
        return gpu(fields, line, 0);
    }

    /** @param position of the row, which is the index if the driver does not report it */
    static Optional<Gpu> gpu(List<String> fields, String line, int position) {
        Map<String, String> cells = cells(fields, line);
        String uuid = cells.getOrDefault("uuid", "");
        boolean unnumbered =
                isUnknown(cells.getOrDefault("index", "")) && UUID.matcher(uuid).matches();
        OptionalInt index = unnumbered ? OptionalInt.of(position) : integer(cells.get("index"));
        // A row must have an index or a UUID; an error message with commas has neither.
        if (index.isEmpty() || !isUuid(uuid)) {
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

    /** Includes the UUID, so that two unnamed GPUs differ. */
    private static String unnamed(String uuid) {
        return uuid.isEmpty() ? UNNAMED : UNNAMED + " (" + uuid + ")";
    }

    /** Zero means that the driver does not report the value. */
    private static OptionalInt positive(OptionalInt number) {
        return number.orElse(0) > 0 ? number : OptionalInt.empty();
    }

    /**
     * Processes by the UUID of their GPU, from {@code --query-compute-apps=...}; under the empty UUID if the driver does
     * not report the GPU.
     */
    static Map<String, List<GpuProcess>> processes(String output) {
        Map<String, List<GpuProcess>> byGpu = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            Matcher cells = PROCESS.matcher(line.strip());
            if (cells.matches() && isUuid(cells.group(1))) {
                long pid = cells.group(2).matches("\\d+") ? Long.parseLong(cells.group(2)) : GpuProcess.UNKNOWN_PID;
                byGpu.computeIfAbsent(text(cells.group(1)), uuid -> new ArrayList<>())
                        .add(new GpuProcess(pid, cells.group(3).strip(), integer(cells.group(4))));
            }
        }
        return byGpu;
    }

    /** The slices of divided GPUs by GPU index, from {@code nvidia-smi -L}. */
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

    /** Cells by field. A name with a comma gives extra cells; the UUID then shows where the name ends. */
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
        // With a UUID in its place, a row is valid even if it is too short or too long.
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

    /** A UUID or a placeholder for one. */
    private static boolean isUuid(String cell) {
        return UUID.matcher(cell).matches() || isUnknown(cell);
    }

    private static boolean isUnknown(String cell) {
        return UNKNOWN.matcher(cell).matches();
    }

    private static String text(String cell) {
        return cell == null || isUnknown(cell) ? "" : cell;
    }

    /** Parses a whole number; drivers that do not know {@code nounits} append the unit. */
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
