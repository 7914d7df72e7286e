package org.mfujmh.check;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.device.gpu.CudaGpus;
import org.mfujmh.device.gpu.NvidiaSmi;
import org.mfujmh.device.gpu.Nvml;
import org.mfujmh.engine.BackendsCompared;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.SynchronisationCheck;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.Torch;
import org.mfujmh.engine.roofline.GemmRoofline;
import org.mfujmh.engine.roofline.SingleProduct;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/**
 * What can go wrong between libtorch and a GPU, looked for one by one: the second half of scripts/gpu-check. It runs
 * on a CPU too, with the steps that mean something there, so that it cannot rot where there is no GPU.
 */
public final class GpuCheck {
    private static final int TOKENS = 256;
    private static final int MOST_SEQUENCES = 1024;

    private final String device;
    private final Architecture config;
    private final PrintStream out;
    private int failures;
    private boolean isTooOld;

    private GpuCheck(String device, Architecture config, PrintStream out) {
        this.device = device;
        this.config = config;
        this.out = out;
    }

    /** What a step found; a sentence where something is wrong. */
    private record Finding(boolean ok, String text) {}

    private interface Step {
        Finding look() throws Exception;
    }

    /** {@code [cuda:N|cpu|auto] [MODEL]}; exits 1 where a step failed. */
    public static void main(String[] arguments) {
        String asked = arguments.length > 0 ? arguments[0] : "cuda:0";
        Architecture config = Models.named(arguments.length > 1 ? arguments[1] : "gpt-small");
        System.exit(run(asked, config, System.out));
    }

    /** @return an {@link ExitCode}: FAILED where a step failed, BAD_INPUT if there is no such device */
    public static int run(String device, Architecture config, PrintStream out) {
        try {
            String where = device.equals("auto") ? Torch.defaultDevice() : device;
            Torch.requireDevice(where);
            return new GpuCheck(where, config, out).run();
        } catch (BadInput e) {
            out.println("gpu-check: " + e.getMessage());
            return ExitCode.BAD_INPUT;
        } catch (RuntimeException | LinkageError e) {
            out.printf("%-7s %-18s  %s%n", "FAILED", "engine", Torch.whyNotLoaded(e));
            return ExitCode.FAILED;
        }
    }

    private int run() {
        out.printf(
                "libtorch %s, DJL %s, %d CUDA device(s); looking at %s with %s%n",
                Torch.version(), Torch.djlVersion(), Torch.cudaDevices(), device, config.name());
        step("telemetry", this::telemetry);
        step("device really used", this::deviceUsed);
        step("bf16", this::bf16);
        for (Backend form : forms()) {
            step(form.label(), () -> onThisCard(form));
        }
        step("synchronisation", this::synchronisation);
        step("out of memory", this::outOfMemory);
        out.println(failures == 0 ? "All is well." : failures + " step(s) failed.");
        return failures == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void step(String name, Step step) {
        Finding finding;
        try {
            finding = step.look();
        } catch (Exception | LinkageError e) {
            finding = new Finding(
                    false,
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " ("
                            + e.getClass().getSimpleName() + ")");
        }
        failures += finding.ok ? 0 : 1;
        out.printf("%-7s %-18s  %s%n", finding.ok ? "ok" : "FAILED", name, finding.text);
    }

    private boolean onCpu() {
        return device.equals("cpu");
    }

    /** NVML, by the UUID that nvidia-smi gives the device. */
    private Finding telemetry() throws Exception {
        if (onCpu()) {
            return new Finding(true, "skipped: a CPU has none");
        }
        try (Nvml nvml = nvml()) {
            return new Finding(
                    true,
                    nvml.sample() + ", energy counter "
                            + (Double.isNaN(nvml.energyJoules()) ? "absent: joules_per_token will be NaN" : "there"));
        }
    }

    private Nvml nvml() throws Nvml.NvmlException {
        int ordinal = Integer.parseInt(device.substring("cuda:".length()));
        CudaGpus.GpuChoice choice = CudaGpus.choose(NvidiaSmi.query().gpus(), ordinal, System.getenv());
        if (choice instanceof CudaGpus.GpuChoice.Chosen chosen) {
            return Nvml.open(chosen.gpu().uuidOfWhatRuns());
        }
        throw new IllegalStateException(((CudaGpus.GpuChoice.Unclear) choice).sentence());
    }

    /** A GPU that is asked for and not used leaves its memory as it was. */
    private Finding deviceUsed() throws Exception {
        if (onCpu()) {
            return new Finding(true, "skipped: there is nothing to fall back from");
        }
        try (Nvml nvml = nvml()) {
            double before = nvml.sample().memoryUsedBytes();
            try (LanguageModel model = model(Precision.FP32)) {
                double grown = nvml.sample().memoryUsedBytes() - before;
                double weights = 4.0
                        * model.layout().parameters().stream()
                                .mapToLong(one -> one.shape().stream().reduce(1L, (a, b) -> a * b))
                                .sum();
                return new Finding(
                        grown > 0.9 * weights,
                        String.format(
                                Locale.ROOT,
                                "weights of %.0f MB; the GPU's memory in use grew by %.0f MB",
                                weights / 1e6,
                                grown / 1e6));
            }
        }
    }

    /** The same weights and tokens in fp32 and in bf16: logits differ by rounding, not by more. */
    private Finding bf16() {
        float[] exact = logits(Precision.FP32);
        float[] rounded = logits(Precision.BF16);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow(exact[i] - rounded[i], 2);
            size += Math.pow(exact[i], 2);
        }
        double relative = Math.sqrt(difference / size);
        double fp32 = roofline(Precision.FP32);
        double bf16 = roofline(Precision.BF16);
        return new Finding(
                relative < 0.05 && relative > 0,
                String.format(
                        Locale.ROOT,
                        "logits differ from fp32's by %.2f %% (rms); products run at %.2f TFLOP/s, fp32's at %.2f%s",
                        100 * relative,
                        bf16 / 1e12,
                        fp32 / 1e12,
                        bf16 < fp32 ? ": bf16 is emulated here, so measure fp16 or fp32" : ""));
    }

    /** FlashAttention first: it says whether a card is too old for both. */
    private List<Backend> forms() {
        return Backend.candidates(config, Program.FUSED, Precision.FP16, Gemm.NATIVE, device).stream()
                .filter(form -> form != Backend.AUTOGRAD)
                .sorted(Comparator.comparing(form -> form != Backend.FLASH))
                .toList();
    }

    /** The handwritten backends need Ampere or newer; before it the suite takes autograd, which is no fault. */
    private Finding onThisCard(Backend form) {
        try {
            return byHand(form);
        } catch (RuntimeException e) {
            isTooOld |= String.valueOf(e.getMessage()).contains("Ampere");
            if (!isTooOld) {
                throw e;
            }
            return new Finding(true, "skipped: needs Ampere or newer; the suite takes autograd here");
        }
    }

    /** Holds a handwritten backend against autograd, with the same weights and tokens: logits, loss, every gradient. */
    private Finding byHand(Backend form) {
        // fp16 rounds eight times as finely as bf16: a wrong GELU shows.
        ModelSpec spec = new ModelSpec(config, Program.FUSED, Precision.FP16, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        try (LanguageModel hand = LanguageModel.load(spec, device, form).drawParameters(7);
                LanguageModel autograd =
                        LanguageModel.load(spec, device, Backend.AUTOGRAD).drawParameters(7);
                TokenBatch ofHand = hand.randomBatch(2, tokens(), 3);
                TokenBatch ofAutograd = autograd.randomBatch(2, tokens(), 3)) {
            BackendsCompared compared = BackendsCompared.of(hand, ofHand, autograd, ofAutograd);
            double bound = (12 * config.layers() + 6) * 3 * Precision.FP16.unitRoundoff();
            return new Finding(
                    compared.logits() < bound
                            && compared.lossDistance() < bound
                            && compared.worstGradient().getValue() < bound,
                    String.format(
                            Locale.ROOT,
                            "against autograd in fp16: logits %.1e, loss %.1e, the gradient furthest off %.1e (%s); bound %.1e",
                            compared.logits(),
                            compared.lossDistance(),
                            compared.worstGradient().getValue(),
                            compared.worstGradient().getKey(),
                            bound));
        }
    }

    private float[] logits(Precision precision) {
        try (LanguageModel model = model(precision);
                TokenBatch batch = model.randomBatch(1, tokens(), 3)) {
            model.forward(batch);
            return model.results().get(0);
        }
    }

    private double roofline(Precision precision) {
        try (LanguageModel model = model(precision)) {
            return new GemmRoofline(model, Pass.FORWARD, tokens())
                    .measure(Duration.ofSeconds(1))
                    .flopsPerSecond();
        }
    }

    /** On a GPU the pass has to be bound by computing, or it is done when it returns even if it does not wait. */
    private Finding synchronisation() {
        try (LanguageModel model = model(Precision.BF16);
                SingleProduct tiny = SingleProduct.tiny(model)) {
            SynchronisationCheck.Grown grown = new SynchronisationCheck(() -> tiny.run("y"))
                    .grow(batch -> new ForwardPasses(model, model.randomBatch(batch, tokens(), 3)), MOST_SEQUENCES);
            return new Finding(grown.timing().synchronised(), grown.inWords(tokens()));
        }
    }

    private record ForwardPasses(LanguageModel model, TokenBatch batch) implements SynchronisationCheck.Passes {
        @Override
        public void run() {
            model.forward(batch);
        }

        @Override
        public void close() {
            batch.close();
            model.dropResults();
        }
    }

    /** A batch that no memory holds fails, and the next that fits is computed as before. */
    private Finding outOfMemory() {
        if (onCpu()) {
            return new Finding(true, "skipped: the kernel would kill the process");
        }
        try (LanguageModel model = model(Precision.BF16);
                TokenBatch small = model.randomBatch(1, tokens(), 3)) {
            float before = model.forwardBackward(small);
            String refused = null;
            for (int sequences = 64; refused == null && sequences <= 1 << 16; sequences *= 4) {
                try (TokenBatch large = model.randomBatch(sequences, config.context(), 3)) {
                    model.forwardBackward(large);
                } catch (RuntimeException e) {
                    refused = String.valueOf(e.getMessage());
                }
            }
            model.dropResults();
            boolean same = model.forwardBackward(small) == before;
            boolean memory = refused != null && refused.contains("out of memory");
            return new Finding(
                    memory && same,
                    memory
                            ? "reported as one sentence"
                                    + (same
                                            ? ", and a batch of 1 gives the same loss after it"
                                            : ", but a batch of 1 gives another loss after it")
                            : "refused by: " + refused);
        }
    }

    private int tokens() {
        return Math.min(TOKENS, config.context());
    }

    private LanguageModel model(Precision precision) {
        return LanguageModel.load(new ModelSpec(config, Program.FUSED, precision, Gemm.NATIVE, Loss.SUM), device)
                .drawParameters(7);
    }
}
