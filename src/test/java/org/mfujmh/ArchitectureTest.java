package org.mfujmh;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Arrows between packages point one way, few packages know the big libraries, and a simple name means one class. */
@AnalyzeClasses(packages = "org.mfujmh", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String OURS = "org.mfujmh";

    /** Package, and the packages of ours that it may use besides itself, the root's and schema; {@code a..} has those below a. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("schema", List.of()),
            Map.entry("model", List.of()),
            Map.entry("model.hub", List.of("model")),
            Map.entry("memory", List.of("model..")),
            Map.entry("results", List.of()),
            Map.entry("device", List.of()),
            Map.entry("device.cpu", List.of("device")),
            Map.entry("device.gpu", List.of("device")),
            Map.entry("device.machine", List.of("device", "device.cpu", "device.gpu")),
            Map.entry("device.memory", List.of("device", "device.cpu")),
            Map.entry("device.peaks", List.of("device", "device.cpu", "device.gpu")),
            Map.entry("bytes", List.of("model..")),
            Map.entry("flops", List.of("model..")),
            Map.entry("flops.claims", List.of("model..", "flops")),
            Map.entry("flops.executed", List.of("model..", "flops")),
            Map.entry("engine", List.of("model..", "device..", "engine.installed")),
            Map.entry("engine.installed", List.of()),
            Map.entry("engine.roofline", List.of("model..", "device..", "engine")),
            Map.entry("profiler", List.of("model..", "bytes", "flops", "device..")),
            Map.entry("search", List.of("model..", "engine", "device..", "suite.process")),
            Map.entry("compare", List.of("results")),
            Map.entry("suite.process", List.of("device..")),
            Map.entry("suite.plan", List.of("model..", "results", "device..", "flops", "engine", "profiler")),
            Map.entry("suite.tuning", List.of("model..", "results", "engine", "suite.plan", "suite.process")),
            Map.entry(
                    "suite.run",
                    List.of(
                            "model..",
                            "results",
                            "device..",
                            "engine",
                            "engine.installed",
                            "profiler",
                            "search",
                            "suite.plan",
                            "suite.process",
                            "suite.tuning")),
            Map.entry(
                    "suite.batch",
                    List.of(
                            "model..",
                            "memory",
                            "results",
                            "device..",
                            "flops",
                            "engine",
                            "engine.installed",
                            "search",
                            "suite.plan",
                            "suite.process",
                            "suite.tuning",
                            "suite.run")),
            Map.entry(
                    "suite.gate",
                    List.of(
                            "results",
                            "engine",
                            "engine.installed",
                            "profiler",
                            "compare",
                            "suite.plan",
                            "suite.process",
                            "suite.tuning",
                            "suite.run")),
            Map.entry(
                    "suite",
                    List.of(
                            "model..",
                            "results",
                            "device..",
                            "engine",
                            "engine.installed",
                            "compare",
                            "report.measured",
                            "report.page",
                            "report.text",
                            "suite..")),
            Map.entry(
                    "report.text",
                    List.of("model..", "memory", "results", "device..", "bytes", "flops", "compare", "search")),
            Map.entry("report.measured", List.of("model..", "results", "flops", "compare", "report.text")),
            Map.entry("report.chart", List.of("compare", "report.text", "report.measured")),
            Map.entry(
                    "report.section",
                    List.of(
                            "model..",
                            "results",
                            "device..",
                            "bytes",
                            "flops",
                            "compare",
                            "report.text",
                            "report.measured",
                            "report.chart")),
            Map.entry(
                    "report.page",
                    List.of("results", "compare", "report.text", "report.measured", "report.chart", "report.section")),
            Map.entry("verify", List.of("model..", "flops..", "engine", "report.text")),
            Map.entry(
                    "notebook",
                    List.of("model..", "results", "device..", "flops", "compare", "search", "report.text", "suite..")),
            Map.entry(
                    "cli",
                    List.of(
                            "model..",
                            "memory",
                            "results",
                            "device..",
                            "bytes",
                            "flops..",
                            "engine",
                            "engine.installed",
                            "compare",
                            "search",
                            "report..",
                            "suite..",
                            "verify",
                            "notebook",
                            "check")),
            Map.entry("bench", List.of("model..", "device..", "flops..", "engine..", "profiler", "suite.process")),
            Map.entry("check", List.of("model..", "device..", "engine..", "profiler", "suite..", "bench")));

    @ArchTest
    static void arrowsPointOneWay(JavaClasses classes) {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass one : classes) {
            String from = place(one);
            one.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(to -> to.getPackageName().startsWith(OURS))
                    .filter(to -> !mayUse(from, place(to)))
                    .forEach(to -> wrong.add(from + " -> " + place(to) + " (" + one.getName() + ")"));
        }
        assertThat(wrong).isEmpty();
    }

    @ArchTest
    static void everyPackageHasItsArrows(JavaClasses classes) {
        Set<String> packages = new TreeSet<>();
        classes.forEach(one -> packages.add(place(one)));
        packages.remove("");
        assertThat(packages).containsExactlyInAnyOrderElementsOf(ARROWS.keySet());
    }

    private static boolean mayUse(String from, String to) {
        return to.isEmpty()
                || to.equals(from)
                || to.equals("schema")
                || ARROWS.getOrDefault(from, List.of()).stream().anyMatch(allowed -> covers(allowed, to));
    }

    private static boolean covers(String allowed, String name) {
        String stem = allowed.replace("..", "");
        return name.equals(stem) || (allowed.endsWith("..") && name.startsWith(stem + "."));
    }

    /** The package without what all have in front; what JMH generates belongs to its benchmarks. */
    private static String place(JavaClass one) {
        return one.getPackageName()
                .replace(".jmh_generated", "")
                .substring(OURS.length())
                .replaceFirst("^\\.", "");
    }

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("org.mfujmh.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyEngineKnowsDjl = noClasses()
            .that()
            .resideOutsideOfPackage("org.mfujmh.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule onlyTheSuiteItsForksAndResultsKnowJmh = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.mfujmh.profiler..", "org.mfujmh.suite..", "org.mfujmh.bench..", "org.mfujmh.results..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.openjdk.jmh..");

    @ArchTest
    static void aSimpleNameMeansOneClass(JavaClasses classes) {
        Map<String, Set<String>> byName = classes.stream()
                .filter(one -> !one.getPackageName().endsWith(".jmh_generated"))
                .filter(one ->
                        !one.getSimpleName().isEmpty() && !one.getSimpleName().equals("package-info"))
                .filter(one -> !Modifier.isPrivate(one.reflect().getModifiers()))
                .collect(groupingBy(JavaClass::getSimpleName, TreeMap::new, mapping(JavaClass::getName, toSet())));
        byName.values().removeIf(classesOfOneName -> classesOfOneName.size() == 1);
        assertThat(byName).isEmpty();
    }
}
