package org.mfujmh.device.cpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.device.MachineId;
import org.mfujmh.device.SystemFile;

/**
 * Determines the name of a CPU. Virtual machines and containers often report none, and the name of an Arm core
 * ({@code Neoverse-V2}) is shared by CPUs of different speed (Grace, Graviton 4, Axion). In these cases the name is
 * built from other data: implementer and part, or vendor, family and model, plus caches and clock. If that is not
 * enough, the name is unique to the machine.
 */
final class CpuName {
    /** Placeholders for a missing name. */
    private static final Pattern NO_NAME = Pattern.compile(
            "[-?.0\\s]*|<?unknown( cpu| processor)?>?|n/?a|none|null|undefined|not (specified|available)|to be filled.*"
                    + "|(virtual )?(cpu|processor)|armv\\d+l? processor.*|aarch64"
                    + " processor.*|(aarch|arm|risc-?v|ppc|s390)\\w*|virtual cpu [0-9a-f]+|[0-9a-f]{2}/[0-9a-f]{2}"
                    + "|genuine intel(\\(r\\))? cpu( +0000.*)?",
            Pattern.CASE_INSENSITIVE);

    /** Models that a hypervisor invents: neither the name nor family and model say what the CPU is. */
    private static final Pattern INVENTED = Pattern.compile(
            "(common (32-bit )?kvm|qemu (virtual|tcg)|kvm(32|64)|qemu(32|64)|pc-(q35|i440fx)).*",
            Pattern.CASE_INSENSITIVE);

    /** Names of a generation of cores rather than of a CPU. */
    private static final Pattern GENERATION = Pattern.compile("power\\d+\\w?\\b.*", Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> VENDORS =
            Map.of("GenuineIntel", "Intel", "AuthenticAMD", "AMD", "HygonGenuine", "Hygon", "CentaurHauls", "Zhaoxin");

    private static final int MOST_PROCESSORS = 4096;
    private static final int LONGEST = 120;

    private final Path root;
    private final List<Map<String, String>> processors;

    private CpuName(Path root) {
        this.root = root;
        this.processors = processors(SystemFile.lines(root.resolve("proc/cpuinfo")));
    }

    /**
     * The name of the CPU.
     *
     * @param given the name from the operating system or OSHI; blank or {@code unknown} if there is none
     * @param root the root of Linux's {@code /proc} and {@code /sys}
     */
    static String of(String given, Path root) {
        CpuName info = new CpuName(root);
        String name =
                given == null ? "" : given.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        boolean named = !NO_NAME.matcher(name).matches();
        if (INVENTED.matcher(name).matches()) {
            return cut(info.withDetails(name)) + " " + MachineId.inBrackets(root);
        }
        if (named && !info.isOfACore(name)) {
            return name;
        }
        String made = named ? name : info.cores().or(info::model).orElse("");
        if (made.isEmpty()) {
            String maker = info.maker().map(who -> who + " ").orElse("");
            return "unnamed " + maker + "CPU " + MachineId.inBrackets(root);
        }
        return cut(info.withDetails(made));
    }

    /**
     * Whether many CPUs of different speed share the name: that of a core, or of a generation. OSHI makes names from part
     * numbers, so on Arm a name counts only if the system itself reports it.
     */
    private boolean isOfACore(String name) {
        boolean reported = processors.stream().anyMatch(processor -> processor.containsValue(name));
        boolean made = field("cpu implementer").isPresent() && !reported;
        return made || ArmCores.isCore(name) || GENERATION.matcher(name).matches();
    }

    private String withDetails(String name) {
        return Stream.concat(Stream.of(name), details().stream()).collect(Collectors.joining(", "));
    }

    private static String cut(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }

    /** Arm: the names of the cores; virtual machines use part number 0 to hide the core. */
    private Optional<String> cores() {
        Set<String> names = new LinkedHashSet<>();
        for (Map<String, String> processor : processors) {
            String implementer = hexadecimal(processor.get("cpu implementer"));
            String part = hexadecimal(processor.get("cpu part"));
            Optional<String> core = ArmCores.core(implementer, part);
            if (core.isPresent()) {
                names.add(core.get());
            } else if (part.matches("0x0*[1-9a-f][0-9a-f]*")) {
                names.add(ArmCores.implementer(implementer).orElse("Arm implementer " + implementer) + " part " + part);
            }
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(" + ", names));
    }

    private static String hexadecimal(String number) {
        String lower = number == null ? "" : number.toLowerCase(Locale.ROOT);
        return lower.matches("0x[0-9a-f]{1,8}") ? lower : "";
    }

    private Optional<String> maker() {
        return field("cpu implementer").flatMap(number -> ArmCores.implementer(hexadecimal(number)));
    }

    /** x86: vendor, family and model; others: their own description. */
    private Optional<String> model() {
        Optional<String> family = field("cpu family").filter(CpuName::isNumber);
        Optional<String> model = field("model").filter(CpuName::isNumber);
        if (family.isPresent() && model.isPresent()) {
            String vendor = field("vendor_id")
                    .map(id -> VENDORS.getOrDefault(id, id))
                    .filter(id -> !NO_NAME.matcher(id).matches())
                    .orElse("x86");
            String stepping = field("stepping")
                    .filter(CpuName::isNumber)
                    .map(number -> " stepping " + number)
                    .orElse("");
            return Optional.of(vendor + " family " + family.get() + " model " + model.get() + stepping);
        }
        return Stream.of("model name", "cpu model", "uarch", "cpu")
                .flatMap(name -> field(name).stream())
                .filter(text -> !NO_NAME.matcher(text).matches())
                .findFirst()
                .or(this::mainframe)
                .or(this::hart);
    }

    /** IBM Z: the type of the machine, e.g. 8561 (z15). */
    private Optional<String> mainframe() {
        return field("vendor_id")
                .filter("IBM/S390"::equals)
                .flatMap(vendor -> field("machine"))
                .filter(CpuName::isNumber)
                .map(machine -> "IBM Z machine " + machine);
    }

    /** RISC-V: the registers mvendorid, marchid and mimpid; 0 means not implemented. */
    private Optional<String> hart() {
        String vendor = field("mvendorid").orElse("");
        String architecture = field("marchid").orElse("");
        String register = "0x0*[1-9a-f][0-9a-f]{0,15}";
        if (!vendor.matches(register) || !architecture.matches(register)) {
            return Optional.empty();
        }
        String implementation = field("mimpid")
                .filter(id -> id.matches(register))
                .map(id -> " impl " + id)
                .orElse("");
        return Optional.of("RISC-V vendor " + vendor + " arch " + architecture + implementation);
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}");
    }

    /**
     * Details that distinguish CPUs with the same core: revision, caches and clock; without caches and clock, a hash of
     * the core's features.
     */
    private List<String> details() {
        List<String> details = new ArrayList<>();
        String variant = hexadecimal(field("cpu variant").orElse(""));
        Optional<String> revision = field("cpu revision").filter(CpuName::isNumber);
        if (!variant.isEmpty() && revision.isPresent()) {
            details.add("r" + Long.parseLong(variant.substring(2), 16) + "p" + revision.get());
        }
        List<String> measures = new ArrayList<>(CpuCaches.of(root));
        megahertz().ifPresent(mhz -> measures.add(String.format(Locale.ROOT, "%.1f GHz", mhz / 1000.0)));
        details.addAll(measures);
        Optional<String> features = field("features").or(() -> field("flags"));
        if (measures.isEmpty() && features.isPresent()) {
            long different = Stream.of(features.get().split("\\s+", -1))
                    .sorted()
                    .collect(Collectors.joining(" "))
                    .hashCode();
            details.add(String.format("features %08x", (int) different));
        }
        return details;
    }

    /** A constant clock: the maximum or, on x86, that of the time stamp counter. */
    private OptionalLong megahertz() {
        OptionalLong khz = SystemNumber.of(root.resolve("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"), "");
        if (khz.isPresent()) {
            return OptionalLong.of(khz.getAsLong() / 1000);
        }
        OptionalDouble clock = field("clock") // Power: "2200.000000MHz"
                .filter(text -> text.matches("\\d{2,5}(\\.\\d{1,9})?MHz"))
                .map(text -> OptionalDouble.of(Double.parseDouble(text.substring(0, text.length() - 3))))
                .orElse(decimal("cpu mhz static"));
        if (clock.isPresent()) {
            return OptionalLong.of(Math.round(clock.getAsDouble()));
        }
        OptionalDouble bogomips = decimal("bogomips");
        if (field("cpu family").isEmpty() || bogomips.isEmpty()) {
            return OptionalLong.empty();
        }
        // Linux counts two per cycle, gVisor one.
        double cycles = bogomips.getAsDouble();
        boolean single = Math.abs(decimal("cpu mhz").orElse(0) / cycles - 1) < 0.01;
        return OptionalLong.of(Math.round(single ? cycles : cycles / 2));
    }

    private OptionalDouble decimal(String name) {
        Optional<String> text = field(name).filter(number -> number.matches("\\d{1,9}(\\.\\d{1,6})?"));
        return text.isPresent() ? OptionalDouble.of(Double.parseDouble(text.get())) : OptionalDouble.empty();
    }

    /** A field of the first processor that has it. */
    private Optional<String> field(String name) {
        return processors.stream()
                .map(processor -> processor.get(name))
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }

    /** A block of {@code name : value} lines for each processor, names in lower case. */
    private static List<Map<String, String>> processors(List<String> lines) {
        List<Map<String, String>> processors = new ArrayList<>();
        Map<String, String> block = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if ((line.isBlank() || block.containsKey(name)) && !block.isEmpty()) {
                processors.add(block);
                block = new LinkedHashMap<>();
            }
            if (colon >= 0 && processors.size() < MOST_PROCESSORS) {
                block.put(
                        name,
                        line.substring(colon + 1)
                                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                                .strip());
            }
        }
        if (!block.isEmpty()) {
            processors.add(block);
        }
        return processors;
    }
}
