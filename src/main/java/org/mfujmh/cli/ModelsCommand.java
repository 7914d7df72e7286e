package org.mfujmh.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.mfujmh.ExitCode;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.ModelsReport;
import org.mfujmh.report.text.OutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mfu models}: the models that are shipped by name, and whether each runs here. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the models that are available by name, and whether their weights fit into this machine.",
            "Give any other model by its config.json: -p model=PATH for bench, --config PATH for flops."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu models",
            "  ./mfu models --config path/to/model    # adds your own model",
            "  ./mfu bench -p model=qwen3-0.6b -p seqLen=512",
            "",
            "docs/guide/models.md shows how to measure a model of your own."
        })
final class ModelsCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            split = ",",
            description = "Your own model: its config.json, or the folder with one; or several, separated by commas.")
    private List<String> configs = List.of();

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        List<Architecture> models = Stream.concat(
                        configs.stream().map(config -> Models.ofFile(config).architecture()), Models.shipped().stream())
                .toList();
        Machine machine = Machine.detect();
        Optional<Gpu> largest = machine.gpus().gpus().stream()
                .filter(gpu -> gpu.memoryMib().isPresent())
                .max(Comparator.comparingInt(gpu -> gpu.memoryMib().getAsInt()));
        long bytes = largest.map(gpu -> (long) gpu.memoryMib().getAsInt() << 20)
                .orElse(machine.cpu().memoryAvailableBytes());
        String where = largest.map(Gpu::name).orElse("This machine");
        System.out.print(new ModelsReport(models, where, bytes).render(format));
        return ExitCode.OK;
    }
}
