package org.mfujmh.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Program;

/**
 * A TorchScript archive made without Python: a zip of stored entries that holds the texts of one program as they stand, the
 * {@link LinearKernels} that they call and, pickled, the attributes that make it one model. Readable by libtorch 2.x and by
 * {@code torch.jit.load}. It holds no weights, so it is a few kilobytes for a model of any size. What its model never
 * calls is left out, because libtorch compiles every method in an archive, called or not.
 *
 * <p>The format is PyTorch's own, torch/csrc/jit/docs/serialization.md.
 */
final class TorchScriptArchive {

    /** The file format's version; below 10, {@code torch.gelu} would have no tanh form. */
    private static final String VERSION = "10\n";

    /** Queries in a block of attention: 64, 128 and 256 were within 10 % of each other, this the fastest. */
    static final int BLOCK_SIZE = 128;

    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private static final List<String> TEXTS = List.of(
            "gpt.py",
            "decoder.py",
            "decode.py",
            "few_rows.py",
            "common.py",
            "training.py",
            "handwritten_cpu.py",
            "handwritten_gpt.py",
            "handwritten_decoder.py",
            "handwritten_attention.py",
            "handwritten_experts.py",
            "handwritten_gpu.py",
            "gpu_kernels_cudnn.py",
            "gpu_kernels_flash.py",
            "products_onednn.py",
            "products_plain.py",
            "by_autograd.py",
            "passes_only.py",
            "no_gpu_program.py");

    private TorchScriptArchive() {}

    /** The bytes of the archive for one model: the handwritten program for CPUs, where the model has one. */
    static byte[] of(ModelSpec spec) {
        return spec.config().isBookGpt()
                ? of(spec, source(spec.program() == Program.FUSED))
                : decoder(
                        spec,
                        Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), "cpu")
                                .get(0));
    }

    /** The same of GPT-2 with another source, for tests of what notices it. */
    static byte[] of(ModelSpec spec, byte[] source) {
        return cpu(
                spec,
                spec.program() == Program.FUSED,
                source,
                LinearKernels.of(spec).source());
    }

    /** The handwritten program for CPUs with this text for {@link LinearKernels}, whether it runs here or not. */
    static byte[] with(ModelSpec spec, byte[] products) {
        return cpu(spec, true, source(true), products);
    }

    /** The same model by autograd, on any device. */
    static byte[] plain(ModelSpec spec) {
        return spec.config().isBookGpt() ? plain(spec, source(false)) : decoder(spec, Backend.AUTOGRAD);
    }

    /** GPT-2 by autograd with another source, for tests of what notices it. */
    static byte[] plain(ModelSpec spec, byte[] source) {
        return cpu(spec, false, source, LinearKernels.PLAIN.source());
    }

    /** GPT-2 by autograd with this text for {@link LinearKernels}, to call its functions. */
    static byte[] plainWith(ModelSpec spec, byte[] products) {
        return cpu(spec, false, source(false), products);
    }

    private static byte[] cpu(ModelSpec spec, boolean byHand, byte[] source, byte[] products) {
        return archive(
                attributes(spec, byHand, false),
                source,
                Map.of("products.py", products, "handwritten_gpu.py", resource("no_gpu_program.py")));
    }

    /** The handwritten program for GPUs, with the kernels of this resource. */
    static byte[] gpu(ModelSpec spec, String kernels) {
        return archive(
                attributes(spec, false, true),
                source(false),
                Map.of(
                        "products.py",
                        LinearKernels.PLAIN.source(),
                        "handwritten_gpu.py",
                        resource("handwritten_gpu.py"),
                        "gpu_kernels.py",
                        resource(kernels)));
    }

    /** Of a GPT as the book has it, the handwritten program for GPUs; of another model, the one for CPUs with FlashAttention. */
    static byte[] flash(ModelSpec spec) {
        return spec.config().isBookGpt() ? gpu(spec, "gpu_kernels_flash.py") : decoder(spec, Backend.FLASH);
    }

    /** A model of any family in one of the backends for a CPU. */
    static byte[] decoder(ModelSpec spec, Backend backend) {
        return decoder(spec, backend, decoderSource(backend), BLOCK_SIZE);
    }

    /** A model of any family by autograd, or the program that decodes, with another source, for tests of what notices it. */
    static byte[] autograd(ModelSpec spec, byte[] source) {
        return decoder(spec, Backend.AUTOGRAD, source, BLOCK_SIZE);
    }

    /**
     * A model of any family with another source, for tests of what notices it.
     *
     * @param blockSize queries in a block of attention: few, so that a short sequence has several blocks
     */
    static byte[] decoder(ModelSpec spec, Backend backend, byte[] source, int blockSize) {
        return decoder(spec, backend, source, blockSize, LinearKernels.PLAIN);
    }

    /** The program that decodes, which is one for all models, with these products of few rows. */
    static byte[] decoding(ModelSpec spec, LinearKernels products) {
        return decoder(spec, Backend.AUTOGRAD, decodingSource(), BLOCK_SIZE, products);
    }

    private static byte[] decoder(
            ModelSpec spec, Backend backend, byte[] source, int blockSize, LinearKernels products) {
        return archive(
                DecoderAttributes.of(spec, torchDtype(spec), backend, blockSize),
                source,
                Map.of("products.py", products.source()));
    }

    /** @param modules texts whose functions the source calls, by their names */
    private static byte[] archive(byte[] attributes, byte[] source, Map<String, byte[]> modules) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "gpt/data.pkl", attributes);
            store(zip, "gpt/code/__torch__.py", source);
            for (Map.Entry<String, byte[]> text : new TreeMap<>(modules).entrySet()) {
                store(zip, "gpt/code/__torch__/" + text.getKey(), text.getValue());
            }
            store(zip, "gpt/constants.pkl", EMPTY_TUPLE);
            store(zip, "gpt/version", VERSION.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Every text that an archive may hold. */
    static List<byte[]> texts() {
        return TEXTS.stream().map(TorchScriptArchive::resource).toList();
    }

    /**
     * The source of the program for GPT-2.
     *
     * @param byHand with the handwritten program for CPUs, without which libtorch compiles it in a third of the time
     */
    static byte[] source(boolean byHand) {
        return byHand
                ? text("gpt.py", "handwritten_gpt.py", "handwritten_cpu.py", "common.py", "training.py")
                : text("gpt.py", "by_autograd.py", "common.py", "training.py");
    }

    /** The source of the program for any family, without the one that decodes. */
    static byte[] decoderSource(Backend backend) {
        return backend == Backend.AUTOGRAD
                ? text("decoder.py", "passes_only.py", "by_autograd.py", "common.py", "training.py")
                : text(
                        "decoder.py",
                        "passes_only.py",
                        "handwritten_decoder.py",
                        "handwritten_attention.py",
                        "handwritten_experts.py",
                        "handwritten_cpu.py",
                        "common.py",
                        "training.py");
    }

    /** The source of the program that decodes. */
    static byte[] decodingSource() {
        return text("decoder.py", "decode.py", "few_rows.py", "by_autograd.py", "common.py", "training.py");
    }

    /** A class, and at its end more of its methods. */
    private static byte[] text(String... names) {
        return Stream.of(names)
                .map(name -> new String(resource(name), StandardCharsets.UTF_8).stripTrailing())
                .collect(Collectors.joining("\n\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A text in this class's folder. */
    static byte[] resource(String name) {
        try (InputStream source = TorchScriptArchive.class.getResourceAsStream(name)) {
            if (source == null) {
                throw new IllegalStateException(name + " is not on the class path next to " + TorchScriptArchive.class);
            }
            return source.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] attributes(ModelSpec spec, boolean byHand, boolean gpuByHand) {
        return new AttributePickle()
                .object("__torch__", "Gpt")
                .flag("training", true)
                .number("layers", spec.config().layers())
                .number("width", spec.config().width())
                .number("heads", spec.config().heads())
                .number("vocabulary", spec.config().vocabulary())
                .number("context", spec.config().context())
                .number("dtype", torchDtype(spec))
                .flag("notebook", spec.program() == Program.NOTEBOOK)
                .flag("upcast", spec.gemm() == Gemm.UPCAST)
                .flag("cross_entropy", spec.loss() == Loss.CROSS_ENTROPY)
                .noTensors("results")
                .noTensors("mask")
                .flag("by_hand", byHand)
                .flag("gpu_by_hand", gpuByHand)
                .number("block_size", BLOCK_SIZE)
                .number("chunk", 4 * spec.config().width())
                .noTensors("gradients")
                .noNamedTensors("workspace")
                .noNamedTensors("aliased")
                .noTraining()
                .end();
    }

    /** TorchScript's number for the precision (c10/core/ScalarType.h). */
    private static int torchDtype(ModelSpec spec) {
        return switch (spec.precision()) {
            case FP16 -> 5;
            case FP32 -> 6;
            case BF16 -> 15;
        };
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
