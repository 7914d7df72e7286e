package org.mfujmh.suite.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mfujmh.suite.plan.Combination;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.WorkloadParams;

/** The forks of one combination by one build, from several Runners, joined to one result. */
public final class JoinedForks {
    private final Combination combination;
    private final List<RunResult> parts = new ArrayList<>();

    public JoinedForks(Combination combination) {
        this.combination = combination;
    }

    /** Adds the outcome of a Runner. @return the joined result so far, or the failure, which adds nothing */
    public CombinationRun.Outcome add(CombinationRun.Outcome outcome) {
        if (outcome instanceof CombinationRun.Outcome.Completed measured) {
            parts.add(measured.result());
            return CombinationRun.checked(combination, List.of(joined()));
        }
        return outcome;
    }

    private RunResult joined() {
        List<BenchmarkResult> forks = new ArrayList<>();
        parts.forEach(part -> forks.addAll(part.getBenchmarkResults()));
        return new RunResult(withForks(parts.get(0).getParams(), forks.size()), forks);
    }

    private static BenchmarkParams withForks(BenchmarkParams one, int forks) {
        WorkloadParams workload = new WorkloadParams();
        int index = 0;
        for (String name : one.getParamsKeys()) {
            workload.put(name, one.getParam(name), index++);
        }
        TimeUnit unit = one.getTimeUnit();
        return new BenchmarkParams(
                one.getBenchmark(),
                one.generatedBenchmark(),
                one.shouldSynchIterations(),
                one.getThreads(),
                one.getThreadGroups(),
                one.getThreadGroupLabels(),
                forks,
                one.getWarmupForks(),
                one.getWarmup(),
                one.getMeasurement(),
                one.getMode(),
                workload,
                unit,
                one.getOpsPerInvocation(),
                one.getJvm(),
                one.getJvmArgs(),
                one.getJdkVersion(),
                one.getVmName(),
                one.getVmVersion(),
                one.getJmhVersion(),
                one.getTimeout());
    }
}
