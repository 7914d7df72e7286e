package org.mfujmh.suite;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import org.mfujmh.device.Device;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.RangeNote;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.ResumeCommand;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;
import org.mfujmh.suite.run.DeviceNotes;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.run.SuiteFile;
import org.mfujmh.suite.tuning.EngineProbe;

/** The header of a run: device, versions, resolved parameters and notes. */
record RunHeader(SuiteOptions options, EngineProbe.EngineInfo engine, Machine machine) {

    /**
     * @param deviceAsked as given by the user
     * @param tuned what {@code auto} was resolved to, and why
     */
    void tell(String deviceAsked, SuitePlan plan, List<String> tuned, SuiteFile file, PrintStream progress) {
        Device device = machine.deviceNamed(engine.device());
        progress.println("Device: " + engine.device() + ", " + device.name());
        DeviceNotes.about(device, machine.cpu(), engine.threads()).forEach(note -> progress.println("Note: " + note));
        DeviceNotes.others(device).ifPresent(note -> progress.println("Note: " + note));
        if (deviceAsked.equals("auto") && engine.device().equals("cpu")) {
            machine.gpus().gpus().stream()
                    .findFirst()
                    .ifPresent(gpu -> progress.println("Note: this machine has an " + gpu.name()
                            + ", but libtorch " + engine.torch() + " cannot use it, so the CPU is measured."
                            + (TorchInUse.isCudaBuild().orElse(false)
                                    ? " Check `nvidia-smi -L`, CUDA_VISIBLE_DEVICES and the driver (docs/guide/gpu.md)."
                                    : " To measure the GPU with an installed CUDA PyTorch: ./mfu bench --torch auto"
                                            + " (docs/guide/own-pytorch.md); or build with -Dgpu or -Dgpu.online"
                                            + " (docs/guide/gpu.md).")));
        }
        progress.println("CPU: " + machine.cpu().describe());
        progress.println("libtorch " + engine.torch() + ", DJL " + engine.djl() + ", " + engine.threads()
                + (engine.threads() == 1 ? " thread" : " threads"));
        options.jmh().getParameter(PassParams.MODEL).orElse(List.of()).stream()
                .flatMap(name -> Models.noteOn(name).stream())
                .distinct()
                .forEach(note -> progress.println("Note: " + note));
        DeviceDefaults.on(engine.device())
                .note(options.jmh(), plan.combinations())
                .ifPresent(note -> progress.println("Note: " + note));
        tuned.forEach(progress::println);
        plan.combinations().stream()
                .flatMap(one -> RangeNote.of(one.params()).stream())
                .distinct()
                .forEach(note -> progress.println("Note: " + note + "."));
        progress.println("JVM " + Provenance.jvm() + ", JMH " + Provenance.jmh());
        progress.println("Results: " + file.path());
        file.notes().forEach(note -> progress.println("Note: " + note));
        if (options.resume() && file.entries().isEmpty()) {
            progress.println("Nothing to resume: this file has no results yet.");
        } else if (!options.resume() && Files.exists(file.path())) {
            progress.println("Note: that file exists, and is replaced when the first combination is done."
                    + (ResumeCommand.canGoOn(options.arguments())
                            ? " Ctrl-C now and --resume would keep what it has."
                            : ""));
        }
        progress.println();
    }
}
