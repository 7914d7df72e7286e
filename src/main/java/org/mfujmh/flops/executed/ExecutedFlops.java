package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.ModelProduct;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

/**
 * The FLOPs of the matrix products that really ran, added up from a profiler's record, and held
 * against the closed form. Only operators that multiply by themselves count: {@code matmul} and
 * {@code linear} call {@code mm}, {@code addmm} or {@code bmm}, which are recorded too.
 */
public final class ExecutedFlops {
    private final List<ExecutedWork> works;

    private ExecutedFlops(List<ExecutedWork> works) {
        this.works = works;
    }

    /**
     * Reads a record of one pass.
     *
     * @param ops every operator that ran, callers and called alike, in any order
     * @throws IllegalArgumentException if shapes were not recorded or do not fit
     */
    public static ExecutedFlops of(List<ExecutedOp> ops) {
        List<ExecutedOp> own = new ArrayList<>(ops);
        Map<MatrixProduct, Long> slices = slices(ops);
        own.removeIf(op -> op.operator().equals("aten::addmm_")
                && ExecutedWork.of(op)
                        .map(work -> work instanceof ExecutedWork.Product product
                                && slices.merge(product.product().canonical(), -1L, Long::sum) >= 0)
                        .orElse(false));
        return new ExecutedFlops(
                own.stream().map(ExecutedWork::of).flatMap(Optional::stream).toList());
    }

    /**
     * Where libtorch has no batched kernel (16-bit numbers on some CPUs), {@code bmm} calls {@code addmm_} for
     * each matrix of the batch, and both are recorded: how many such calls belong to batches, by shape.
     */
    private static Map<MatrixProduct, Long> slices(List<ExecutedOp> ops) {
        Map<MatrixProduct, Long> slices = new LinkedHashMap<>();
        for (ExecutedOp op : ops) {
            ExecutedWork.of(op).ifPresent(work -> {
                if (work instanceof ExecutedWork.Product batch && op.operator().contains("bmm")) {
                    MatrixProduct product = batch.product();
                    slices.merge(
                            MatrixProduct.of(product.m(), product.k(), product.n())
                                    .canonical(),
                            product.batch(),
                            Long::sum);
                }
            });
        }
        return slices;
    }

    /** FLOPs of all matrix products that ran. */
    public BigInteger total() {
        return works.stream().map(ExecutedWork::flops).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Operators that seem to multiply matrices and are unknown; a count is only right if there are none. */
    public List<String> unknownOperators() {
        return works.stream()
                .flatMap(work -> work instanceof ExecutedWork.UnknownWork unknown
                        ? Stream.of(unknown.operator())
                        : Stream.empty())
                .distinct()
                .toList();
    }

    /** Holds what ran against the closed form ({@code exact}), shape by shape; all terms of the closed form appear. */
    public List<ExecutedTerm> compare(Workload workload, Program program, Pass pass) {
        return compare(workload, program, pass, Repetition.NONE);
    }

    /**
     * The same of work that was done more than once. A block's last product may be left out where it runs again:
     * nothing in the backward pass reads what it gives.
     */
    public List<ExecutedTerm> compare(Workload workload, Program program, Pass pass, Repetition repetition) {
        List<ModelProduct> once = ModelProduct.forward(workload, program, pass);
        List<ModelProduct> again = once.stream()
                .filter(product -> repetition.blocksAgain() && product.operands() != ModelProduct.Operands.HEAD_WEIGHT)
                .toList();
        List<ExecutedTerm> all = compare(workload, program, pass, repetition, once, again);
        if (again.isEmpty() || all.stream().allMatch(ExecutedTerm::explained)) {
            return all;
        }
        List<ModelProduct> withoutLast =
                again.stream().filter(product -> !product.lastOfBlock()).toList();
        List<ExecutedTerm> needed = compare(workload, program, pass, repetition, once, withoutLast);
        return needed.stream().allMatch(ExecutedTerm::explained) ? needed : all;
    }

    private List<ExecutedTerm> compare(
            Workload workload,
            Program program,
            Pass pass,
            Repetition repetition,
            List<ModelProduct> once,
            List<ModelProduct> again) {
        int times = repetition.microBatches();
        List<ModelProduct> forward = Stream.concat(once.stream(), again.stream())
                .map(product -> product.times(times))
                .toList();
        List<ModelProduct> backward = !pass.computesGradients()
                ? List.of()
                : once.stream()
                        .flatMap(product -> product.times(times).backward().stream())
                        .toList();
        boolean flash = works.stream().anyMatch(ExecutedWork.AttentionWork.class::isInstance);
        boolean flashBack = works.stream()
                .anyMatch(work -> work instanceof ExecutedWork.AttentionWork attention
                        && attention.kernel().backward());
        List<ModelProduct> ofWeights = Stream.concat(forward.stream(), backward.stream())
                .filter(product -> !product.operands().attention())
                .toList();
        boolean apart = flash || program == Program.FUSED;
        List<ModelProduct> plain = Stream.concat(forward.stream(), backward.stream())
                .filter(product -> !(apart && product.operands().attention()))
                .filter(product -> product.operands() != ModelProduct.Operands.EXPERT_WEIGHT)
                .toList();
        List<ModelProduct> experts = Stream.concat(forward.stream(), backward.stream())
                .filter(product -> product.operands() == ModelProduct.Operands.EXPERT_WEIGHT)
                .toList();
        PaddedVocabulary padding = new PaddedVocabulary(workload.model().vocabulary());
        Map<MatrixProduct, Long> executed = padding.unpadded(executed(), plain);
        List<ExecutedTerm> terms = new ArrayList<>();
        if (!experts.isEmpty()) {
            terms.add(ExpertProducts.claim(experts, plain, executed));
        }
        BlockAttention attention =
                BlockAttention.among(executed, ofWeights, workload, pass.computesGradients(), flash, repetition);
        boolean blocks =
                program == Program.FUSED && !(flash && attention.products().isEmpty());
        if (blocks) {
            executed.keySet().removeAll(attention.products().keySet());
            List<ModelProduct> inBlocks = Stream.concat(forward.stream(), backward.stream())
                    .filter(product -> !(flash && forward.contains(product) && seesAll(product, workload)))
                    .toList();
            terms.add(attention.term(workload, pass.computesGradients(), flash, repetition, attentionOf(inBlocks)));
        }
        terms.addAll(0, ProductTerms.of(plain, executed));
        if (flash) {
            List<ModelProduct> fused = forward.stream()
                    .filter(product -> !blocks || seesAll(product, workload))
                    .toList();
            terms.add(attention(
                    "scores, values",
                    attentionOf(fused),
                    workload,
                    false,
                    blocks,
                    again.isEmpty() ? times : 2 * times));
            if (pass.computesGradients() && (flashBack || !blocks)) {
                terms.add(attention("scores dQ dK, values dP dV", attentionOf(backward), workload, true, false, times));
            }
        }
        return terms.stream().map(padding::explain).toList();
    }

    /**
     * Holds a decoding step that ran against what it has to multiply: every weight with one token of each sequence, and
     * each token's queries with all slots of its cache.
     *
     * @param cached tokens of each sequence in the cache before the step
     */
    public List<ExecutedTerm> compareStep(Architecture model, int sequences, int cached) {
        List<ModelProduct> step = ModelProduct.forward(new Workload(model, sequences, 1), Program.FUSED).stream()
                .filter(product -> !product.operands().attention())
                .toList();
        List<ModelProduct> plain = step.stream()
                .filter(product -> product.operands() != ModelProduct.Operands.EXPERT_WEIGHT)
                .toList();
        List<ModelProduct> experts = step.stream()
                .filter(product -> product.operands() == ModelProduct.Operands.EXPERT_WEIGHT)
                .toList();
        Map<MatrixProduct, Long> executed = executed();
        List<ExecutedTerm> terms = new ArrayList<>();
        if (!experts.isEmpty()) {
            // An expert's product with one token may have the shape of another: what those need is left to them.
            Map<MatrixProduct, Long> beyond = new LinkedHashMap<>(executed);
            plain.forEach(product ->
                    beyond.computeIfPresent(product.product().canonical(), (shape, calls) -> calls - product.count()));
            beyond.values().removeIf(calls -> calls <= 0);
            Map<MatrixProduct, Long> left = new LinkedHashMap<>(beyond);
            terms.add(ExpertProducts.claim(experts, List.of(), left));
            beyond.keySet().removeAll(left.keySet());
            beyond.forEach((shape, calls) -> executed.merge(shape, -calls, Long::sum));
            executed.values().removeIf(calls -> calls == 0);
        }
        terms.addAll(0, ProductTerms.of(plain, executed));
        List<StepAttention> wanted = StepAttention.of(model, sequences, cached);
        List<StepAttention> calls = works.stream()
                .flatMap(work -> work instanceof ExecutedWork.AttentionWork attention
                        ? Stream.of(StepAttention.of(attention.kernel()))
                        : Stream.empty())
                .toList();
        terms.add(StepAttention.term(wanted, calls));
        return terms;
    }

    /** Whether a query of attention's products sees every token before it. */
    private static boolean seesAll(ModelProduct product, Workload workload) {
        return product.window() == 0 || product.window() >= workload.tokens();
    }

    private static BigInteger attentionOf(List<ModelProduct> products) {
        return products.stream()
                .filter(product -> product.operands().attention())
                .map(ModelProduct::flops)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Calls of each product, by canonical shape. */
    private Map<MatrixProduct, Long> executed() {
        return works.stream()
                .flatMap(work -> work instanceof ExecutedWork.Product product
                        ? Stream.of(product.product().canonical())
                        : Stream.empty())
                .collect(Collectors.groupingBy(product -> product, LinkedHashMap::new, Collectors.counting()));
    }

    /** @param inBlocks whether layers with a window are no calls of the kernel's, but blocks */
    private ExecutedTerm attention(
            String name, BigInteger expected, Workload workload, boolean backward, boolean inBlocks, int times) {
        List<FlashAttention> calls = works.stream()
                .flatMap(work -> work instanceof ExecutedWork.AttentionWork attention
                                && attention.kernel().backward() == backward
                        ? Stream.of(attention.kernel())
                        : Stream.empty())
                .toList();
        long batchHeads = (long) workload.batch() * workload.model().heads();
        int headWidth = workload.model().headWidth();
        List<WindowCalls.Call> wanted = WindowCalls.of(workload).stream()
                .filter(call -> !inBlocks || call.queries() == workload.tokens())
                .flatMap(call -> Collections.nCopies(times, call).stream())
                .toList();
        // A call may have all sequences of the batch, or some.
        boolean explained = heads(wanted, call -> call, call -> batchHeads)
                        .equals(heads(
                                calls,
                                call -> new WindowCalls.Call(call.tokens(), call.keys()),
                                FlashAttention::batchHeads))
                && calls.stream().allMatch(call -> call.headWidth() == headWidth);
        return new ExecutedTerm(
                name,
                "fused, " + batchHeads + " x [" + workload.tokens() + " x " + headWidth + "]",
                wanted.size(),
                calls.size(),
                expected,
                calls.stream().map(FlashAttention::flops).reduce(BigInteger.ZERO, BigInteger::add),
                explained,
                explained ? explanation(calls, workload) : "the calls differ from those of the layers");
    }

    /** Heads of all sequences and layers by what each of them computes. */
    private static <T> Map<WindowCalls.Call, Long> heads(
            List<T> calls, Function<T, WindowCalls.Call> shape, ToLongFunction<T> heads) {
        return calls.stream().collect(Collectors.groupingBy(shape, Collectors.summingLong(heads)));
    }

    private static String explanation(List<FlashAttention> calls, Workload workload) {
        return calls.stream()
                .filter(call -> call.tokens() == workload.tokens())
                .findFirst()
                .map(FlashAttention::explanation)
                .orElse("one window at a time, with the keys that it reaches");
    }
}
