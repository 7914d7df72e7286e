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
import org.mfujmh.device.gpu.Gpu.GpuProcess;
import org.mfujmh.device.gpu.Gpu.MigSlice;

/**
 * Reads what {@code nvidia-smi} prints. Cells are separated by a comma and a space, so a decimal comma
 * does not part one; a cell in brackets ({@code [N/A]}, {@code [Not Supported]}, {@code [Unknown Error]})
 * is one that this card or driver does not tell.
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
    private static final Pattern LISTED_GPU = Pattern.compile("GPU (\\d+): .*");
    private static final Pattern LISTED_SLICE = Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+\\d+: \\(UUID: (\\S+)\\)");

    private SmiOutput() {}

    /** The field that this driver does not know, by its error message. */
    static Optional<String> rejectedField(String output) {
        Matcher matcher = REJECTED_FIELD.matcher(output);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** One line of {@code --query-gpu=...}; empty if it is not one. */
    public static Optional<Gpu> gpu(List<String> fields, String line) {
        Map<String, String> cells = cells(fields, line);
        OptionalInt index = integer(cells.get("index"));
        String name = text(cells.get("name"));
        // A UUID and an index make a row a row: an error message with commas has neither.
        if (index.isEmpty() || name.isEmpty() || !cells.getOrDefault("uuid", "").matches("(GPU-\\S+|\\[.*\\])")) {
            return Optional.empty();
        }
        return Optional.of(new Gpu(
                index.getAsInt(),
                name,
                text(cells.get("uuid")),
                text(cells.get("driver_version")),
                integer(cells.get("memory.total")),
                integer(cells.get("memory.used")),
                integer(cells.get("clocks.max.sm")),
                integer(cells.get("clocks.sm")),
                integer(cells.get("clocks.max.mem")),
                integer(cells.get("clocks.mem")),
                decimal(cells.get("enforced.power.limit")),
                "Enabled".equals(cells.get("mig.mode.current")),
                List.of(),
                List.of()));
    }

    /** Processes by the UUID of their GPU, of {@code --query-compute-apps=...}. */
    static Map<String, List<GpuProcess>> processes(String output) {
        Map<String, List<GpuProcess>> byGpu = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            Matcher cells = Pattern.compile("(GPU-\\S+|MIG-\\S+),\\s+(\\d{1,18}),\\s+(.*),\\s+(\\S.*)")
                    .matcher(line.strip());
            if (cells.matches()) {
                byGpu.computeIfAbsent(cells.group(1), uuid -> new ArrayList<>())
                        .add(new GpuProcess(
                                Long.parseLong(cells.group(2)), cells.group(3).strip(), integer(cells.group(4))));
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

    private static Map<String, String> cells(List<String> fields, String line) {
        String[] cells = line.strip().split(",\\s+", -1);
        Map<String, String> byField = new LinkedHashMap<>();
        if (cells.length == fields.size()) {
            for (int i = 0; i < cells.length; i++) {
                byField.put(fields.get(i), cells[i].strip());
            }
        }
        return byField;
    }

    private static String text(String cell) {
        return cell == null || cell.startsWith("[") || cell.equals("N/A") ? "" : cell;
    }

    private static OptionalInt integer(String cell) {
        OptionalDouble value = decimal(cell);
        return value.isPresent() ? OptionalInt.of((int) Math.round(value.getAsDouble())) : OptionalInt.empty();
    }

    private static OptionalDouble decimal(String cell) {
        return cell != null && cell.matches("\\d{1,9}([.,]\\d{1,9})?")
                ? OptionalDouble.of(Double.parseDouble(cell.replace(',', '.')))
                : OptionalDouble.empty();
    }
}
