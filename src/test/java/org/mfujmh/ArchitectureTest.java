package org.mfujmh;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;

/** Arrows between packages point one way, and few packages know the big libraries. */
@AnalyzeClasses(packages = "org.mfujmh", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** Package, and the packages of ours it may use (besides itself and the root's BadInput). */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("results", List.of()),
            Map.entry("device", List.of()),
            Map.entry("flops", List.of("model")),
            Map.entry("engine", List.of("model", "device")),
            Map.entry("profiler", List.of("model", "flops", "device")),
            Map.entry("compare", List.of("results")),
            Map.entry("search", List.of("model", "engine", "device")),
            Map.entry("report", List.of("model", "compare", "flops", "device", "results", "search")),
            Map.entry("verify", List.of("model", "flops", "engine", "report")),
            Map.entry(
                    "notebook", List.of("model", "results", "device", "flops", "compare", "search", "report", "suite")),
            Map.entry(
                    "suite",
                    List.of(
                            "model",
                            "results",
                            "device",
                            "flops",
                            "engine",
                            "profiler",
                            "compare",
                            "search",
                            "report")),
            Map.entry("bench", List.of("model", "device", "flops", "engine", "profiler", "suite")),
            Map.entry("check", List.of("model", "device", "engine", "profiler", "suite", "bench")));

    @ArchTest
    static void arrowsPointOneWay(JavaClasses classes) {
        ARROWS.forEach((from, to) -> {
            String[] strangers = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(from) && !to.contains(other))
                    .map(ArchitectureTest::packageOf)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(packageOf(from))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(strangers)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage(packageOf("cli"))
                    .allowEmptyShould(true)
                    .check(classes);
        });
    }

    private static String packageOf(String name) {
        return "org.mfujmh." + name + "..";
    }

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
}
