package org.mfujmh.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The named tensors of a model in the order in which a program takes them and returns their gradients. Matrices are
 * stored as {@code [out, in]}: a linear layer computes y = x W^T + b.
 *
 * <p>The two programs differ in one place. {@code fused} has one matrix {@code attention.qkv.weight}
 * of 3d rows, query above key above value, and one bias of 3d; {@code notebook} has three matrices
 * and three biases. Everything else has the same name, shape and relative order in both.
 *
 * @param parameters in order: embeddings, blocks from the first to the last, final norm, head
 */
public record ParameterLayout(List<Tensor> parameters) {

    private static final String QKV = ".qkv.";
    private static final List<String> SEPARATE = List.of(".query.", ".key.", ".value.");

    public ParameterLayout {
        parameters = List.copyOf(parameters);
    }

    /** The layout of a model as a program takes it. */
    public static ParameterLayout of(Architecture model, Program program) {
        return new ParameterLayout(Tensors.of(model, program));
    }

    /**
     * The tensors of a model with how often each stands in it: those of layers that are alike once, named as of the
     * first.
     */
    public static Map<Tensor, Integer> distinct(Architecture model, Program program) {
        Map<Tensor, Integer> distinct = new LinkedHashMap<>();
        Tensors.outsideBlocks(model).forEach(tensor -> distinct.put(tensor, 1));
        model.distinctBlocks().forEach((block, count) -> Tensors.ofBlock(
                        "blocks." + model.blocks().indexOf(block) + ".", model, block, program)
                .forEach(tensor -> distinct.put(tensor, count)));
        return distinct;
    }

    /** How many numbers all tensors have: {@link Architecture#parameters()}. */
    public long size() {
        return parameters.stream().mapToLong(Tensor::size).sum();
    }

    /**
     * The place of a tensor in the order.
     *
     * @throws IllegalArgumentException if no tensor has that name
     */
    public int indexOf(String name) {
        return IntStream.range(0, parameters.size())
                .filter(i -> parameters.get(i).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No parameter is named " + name));
    }

    /**
     * The same values in the order of another layout of the same model: query, key and value are
     * stacked or taken apart as needed. Gradients convert in the same way, for the stacked matrix is
     * nothing but its three parts.
     *
     * @param tensors row-major values, in the order of this layout
     * @return in the order of {@code to}; tensors that both layouts have are the same arrays, not copies
     * @throws IllegalArgumentException if a tensor has another size than this layout says, or
     *     {@code to} is the layout of another model
     */
    public List<double[]> convert(List<double[]> tensors, ParameterLayout to) {
        requireSizes(tensors);
        if (equals(to)) {
            return tensors; // where heads share keys and values the stacked matrix has no thirds
        }
        Map<String, double[]> separate = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            separate(parameters.get(i).name(), tensors.get(i), separate);
        }
        List<double[]> converted = new ArrayList<>();
        for (Tensor parameter : to.parameters) {
            converted.add(gathered(parameter.name(), separate));
        }
        to.requireSizes(converted);
        return List.copyOf(converted);
    }

    /**
     * Checks that there is one tensor per parameter, each of the right size.
     *
     * @throws IllegalArgumentException if not, naming the first that is wrong
     */
    public void requireSizes(List<double[]> tensors) {
        if (tensors.size() != parameters.size()) {
            throw new IllegalArgumentException(
                    "The layout has " + parameters.size() + " tensors, not " + tensors.size() + ".");
        }
        for (int i = 0; i < tensors.size(); i++) {
            Tensor parameter = parameters.get(i);
            if (tensors.get(i).length != parameter.size()) {
                throw new IllegalArgumentException(
                        parameter.name() + " has " + parameter.size() + " numbers, not " + tensors.get(i).length + ".");
            }
        }
    }

    private static void separate(String name, double[] values, Map<String, double[]> into) {
        if (!name.contains(QKV)) {
            into.put(name, values);
            return;
        }
        int third = values.length / 3;
        for (int part = 0; part < 3; part++) {
            into.put(
                    name.replace(QKV, SEPARATE.get(part)),
                    Arrays.copyOfRange(values, part * third, (part + 1) * third));
        }
    }

    private static double[] gathered(String name, Map<String, double[]> separate) {
        if (!name.contains(QKV)) {
            return known(name, separate);
        }
        return SEPARATE.stream()
                .map(part -> known(name.replace(QKV, part), separate))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static double[] known(String name, Map<String, double[]> separate) {
        double[] values = separate.get(name);
        if (values == null) {
            throw new IllegalArgumentException("The two layouts are of different models: only one has " + name + ".");
        }
        return values;
    }

    @Override
    public String toString() {
        return parameters.stream()
                .map(parameter -> parameter.name() + parameter.shape())
                .collect(Collectors.joining("\n"));
    }
}
