package org.mfujmh.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The attributes of a TorchScript object, pickled: the few opcodes of Python's pickle, protocol 2, that an object with
 * plain attributes and lists needs.
 */
final class AttributePickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    AttributePickle() {
        code(0x80).code(2); // PROTO 2
    }

    /** GLOBAL class, EMPTY_TUPLE, NEWOBJ, and the dictionary of its state opened. */
    AttributePickle object(String module, String name) {
        return global(module, name).code(')').code(0x81).code('}').code('(');
    }

    AttributePickle flag(String name, boolean value) {
        return text(name).code(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    }

    AttributePickle number(String name, int value) {
        return text(name).code('J').littleEndian(value); // BININT
    }

    /** An empty List[Tensor]: libtorch learns the list's type from the function that builds it. */
    AttributePickle noTensors(String name) {
        return text(name)
                .global("torch.jit._pickle", "build_tensorlist")
                .code(']') // EMPTY_LIST
                .code(0x85) // TUPLE1
                .code('R'); // REDUCE
    }

    /** An empty Dict[str, Tensor]. */
    AttributePickle noNamedTensors(String name) {
        return empty(name, '}', "Dict[str, Tensor]");
    }

    /** An empty List[List[Tensor]]. */
    AttributePickle noTensorLists(String name) {
        return empty(name, ']', "List[List[Tensor]]");
    }

    /** What is empty carries its type by a tag. */
    private AttributePickle empty(String name, int code, String type) {
        return text(name)
                .global("torch.jit._pickle", "restore_type_tag")
                .code(code) // EMPTY_DICT or EMPTY_LIST
                .text(type)
                .code(0x86) // TUPLE2
                .code('R'); // REDUCE
    }

    /** The attributes of {@code training.py} before a training has begun. */
    AttributePickle noTraining() {
        flag("checkpoint", false)
                .number("accumulation", 1)
                .number("done", 0)
                .flag("adamw", false)
                .flag("fused", false)
                .flag("sgd", false)
                .flag("master_weights", false);
        Stream.of("clip", "rate", "beta1", "beta2", "eps", "decay").forEach(name -> real(name, 0));
        Stream.of("first_moments", "second_moments", "steps", "masters", "sums", "written")
                .forEach(this::noTensors);
        return this;
    }

    /** A constant of an enum, by its name in small letters. */
    AttributePickle word(String name, Enum<?> value) {
        return text(name).text(value.name().toLowerCase(Locale.ROOT));
    }

    AttributePickle real(String name, double value) {
        return text(name).real(value);
    }

    AttributePickle numbers(String name, List<Integer> values) {
        return text(name).built("build_intlist", () -> values.forEach(this::whole));
    }

    AttributePickle reals(String name, List<Double> values) {
        return text(name).built("build_doublelist", () -> values.forEach(this::real));
    }

    AttributePickle numberLists(String name, List<List<Integer>> values) {
        return tagged(
                name,
                "List[List[int]]",
                () -> values.forEach(inner -> built("build_intlist", () -> inner.forEach(this::whole))));
    }

    AttributePickle realLists(String name, List<List<Double>> values) {
        return tagged(
                name,
                "List[List[float]]",
                () -> values.forEach(inner -> built("build_doublelist", () -> inner.forEach(this::real))));
    }

    /** A list of lists carries its type by a tag. */
    private AttributePickle tagged(String name, String type, Runnable elements) {
        text(name).global("torch.jit._pickle", "restore_type_tag");
        list(elements);
        return text(type).code(0x86).code('R'); // TUPLE2, REDUCE
    }

    /** A list of numbers, which libtorch keeps apart from lists of anything. */
    private AttributePickle built(String builder, Runnable elements) {
        global("torch.jit._pickle", builder);
        list(elements);
        return code(0x85).code('R'); // TUPLE1, REDUCE
    }

    /** EMPTY_LIST, MARK, the elements, APPENDS. */
    private void list(Runnable elements) {
        code(']').code('(');
        elements.run();
        code('e');
    }

    /** BINFLOAT: the one number that pickle writes with its highest byte first. */
    private AttributePickle real(double value) {
        code('G');
        out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        return this;
    }

    private void whole(int value) {
        code('J').littleEndian(value);
    }

    /** SETITEMS, BUILD, STOP. */
    byte[] end() {
        code('u').code('b').code('.');
        return out.toByteArray();
    }

    AttributePickle global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    AttributePickle text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        code('X').littleEndian(utf8.length); // BINUNICODE
        out.writeBytes(utf8);
        return this;
    }

    AttributePickle littleEndian(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    AttributePickle code(int opcode) {
        out.write(opcode);
        return this;
    }
}
