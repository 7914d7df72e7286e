package org.mfujmh.model.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;
import org.mfujmh.model.Architecture;

/** A config.json: its text, bounded, and the model that it describes. */
final class ConfigJson {
    /** The largest on the hub have some 100 kB, nearly all of it names of labels. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int DEEPEST = 20;
    private static final int LONGEST_NUMBER = 40;
    private static final int LONGEST_REASON = 200;
    private static final int LONGEST_NAME = 60;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxDocumentLength(MOST_BYTES)
                    .build())
            .build();

    /** Fields that change neither the count nor the function of a forward and backward pass. */
    private static final Set<String> HARMLESS = Set.of(
            "model_type",
            "architectures",
            "name_or_path",
            "transformers_version",
            "torch_dtype",
            "dtype",
            "auto_map",
            "quantization_config",
            "quantization",
            "is_llama_config",
            "transformers.js_config",
            "initializer_range",
            "init_std",
            "use_cache",
            "cache_implementation",
            "pretraining_tp",
            "resid_pdrop",
            "embd_pdrop",
            "attn_pdrop",
            "tokenizer_class",
            "prefix",
            "task_specific_params",
            "summary_type",
            "summary_use_proj",
            "summary_activation",
            "summary_proj_to_labels",
            "output_router_logits",
            "router_aux_loss_coef",
            "router_jitter_noise",
            "output_attentions",
            "output_hidden_states",
            "return_dict",
            "return_dict_in_generate",
            "use_return_dict",
            "id2label",
            "label2id",
            "num_labels",
            "problem_type",
            "finetuning_task",
            "is_decoder",
            "is_encoder_decoder",
            "tie_encoder_decoder",
            "torchscript",
            "use_bfloat16",
            "tf_legacy_loss",
            "gradient_checkpointing",
            "chunk_size_feed_forward",
            "do_sample",
            "temperature",
            "top_k",
            "top_p",
            "typical_p",
            "repetition_penalty",
            "length_penalty",
            "num_beams",
            "num_beam_groups",
            "diversity_penalty",
            "num_return_sequences",
            "no_repeat_ngram_size",
            "encoder_no_repeat_ngram_size",
            "min_length",
            "max_length",
            "early_stopping",
            "bad_words_ids",
            "remove_invalid_values",
            "exponential_decay_length_penalty",
            "suppress_tokens",
            "begin_suppress_tokens",
            "cross_attention_hidden_size",
            "attn_implementation",
            "rope_ratio_note",
            "model_max_length",
            "max_sequence_length",
            "use_mup",
            "vocab_file",
            "unsloth_fixed",
            "unsloth_version",
            "mup");

    /** The same, whatever they are called: numbers of tokens, and what is dropped in training. */
    private static final Pattern HARMLESS_NAME =
            Pattern.compile("_.*|.*_token|.*_token_(id|ids|index)|(.*_)?dropout(_.*)?");

    /** Classes of the library with an output head over the vocabulary. */
    private static final Pattern WITH_HEAD = Pattern.compile(".*(ForCausalLM|LMHeadModel|ForConditionalGeneration)");

    private final String where;
    private final ObjectNode object;

    private ConfigJson(String where, ObjectNode object) {
        this.where = where;
        this.object = object;
    }

    /** @throws BadInput if the file cannot be read, is no JSON object or far too large */
    static ConfigJson read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new BadInput(String.format(
                        Locale.ROOT,
                        "%s has %,d bytes, and no config.json has more than %,d: give the path of another file.",
                        file,
                        size,
                        MOST_BYTES));
            }
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw new BadInput(file + " is not a config.json: it is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + WholeFile.why(e) + ".", e);
        }
    }

    /** @param where how sentences call it */
    static ConfigJson parse(String where, String text) {
        try (JsonParser parser = JSON.createParser(text.startsWith("\uFEFF") ? text.substring(1) : text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadInput(where + " is not a config.json: it has no JSON object.");
            }
            ObjectNode object = JsonTree.object(parser);
            if (parser.nextToken() != null) {
                throw new BadInput(where + " is not a config.json: something follows its JSON object.");
            }
            return new ConfigJson(where, object);
        } catch (JsonProcessingException e) {
            String why = ConfigFields.onOneLine(e.getOriginalMessage(), LONGEST_REASON);
            throw new BadInput(where + " is not a config.json: " + why + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory
        }
    }

    /** @throws BadInput naming the field that is not understood */
    Architecture model(String name) {
        ConfigFields fields = FieldAliases.resolved(TextPart.of(where, object));
        Architecture model = Families.read(name, fields);
        fields.refuseUnread(ConfigJson::isHarmless);
        if (TextPart.isIn(object)) {
            fields.refuseOther(object, ConfigJson::isHarmless);
        }
        model.parameters(); // refuses what no number counts
        return model;
    }

    private static boolean isHarmless(String field) {
        return HARMLESS.contains(field) || HARMLESS_NAME.matcher(field).matches();
    }

    /** What the file says and is not taken into account, as sentences; empty where there is nothing. */
    Optional<String> notes() {
        List<String> notes = new ArrayList<>();
        if (TextPart.isIn(object)) {
            notes.add("describes a model of more than text ("
                    + ConfigFields.onOneLine(object.path("model_type").asText("unnamed"), LONGEST_NAME)
                    + "): its language model alone, the text_config, is counted and run.");
        }
        if (object.hasNonNull("quantization_config") || object.hasNonNull("quantization")) {
            notes.add("has quantized weights, which is not taken into account: they are counted and run in the dtype.");
        }
        List<String> classes = new ArrayList<>();
        object.path("architectures").forEach(name -> classes.add(ConfigFields.onOneLine(name.asText(), LONGEST_NAME)));
        if (!classes.isEmpty()
                && classes.stream().noneMatch(name -> WITH_HEAD.matcher(name).matches())) {
            notes.add("names " + String.join(", ", classes)
                    + ", which has no output head over the vocabulary: the model is counted and run with one.");
        }
        return notes.isEmpty() ? Optional.empty() : Optional.of(String.join(" It ", notes));
    }

    /** On one line, its fields in order, without those that change nothing: equal for equal models. */
    String canonical() {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        ObjectNode model = TextPart.object(object);
        Set<String> names = new TreeSet<>();
        model.fieldNames().forEachRemaining(names::add);
        names.stream()
                .filter(name -> name.equals("model_type") || !isHarmless(name))
                .forEach(name -> kept.set(name, model.get(name)));
        return kept.toString();
    }
}
