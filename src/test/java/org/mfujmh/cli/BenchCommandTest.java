package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.RunProperty;

/** What {@code bench} answers without asking libtorch: the refusals above all. */
class BenchCommandTest {

    /** 68.7 million million parameters: 125 TiB in 16 bits. */
    private static final String VAST = """
            {"model_type": "llama", "hidden_size": 65536, "intermediate_size": 262144, "num_hidden_layers": 1000,
             "num_attention_heads": 512, "vocab_size": 131072, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5,
             "tie_word_embeddings": true}
            """;

    @TempDir
    private Path folder;

    /** "FOLDER" stands for a fresh folder, which holds a file that was cut off. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p model=gpt-huge           | gpt-huge   | gpt-small",
                "-p model=gpt-smal           | gpt-smal   | Did you mean \"gpt-small\"?",
                "-p model=gpt2-xxl           | gpt2-xxl   | gpt-xl",
                "-p model=gpt2-xl -p seqLen=1025 | 1025   | gpt-xl takes 1 to 1024",
                "-p batchSize=0              | \"0\"      | 1 or more",
                "-p batchSize=many           | many       | whole number",
                "-p batchSize=99999999999    | 99999999999 | whole number",
                "-p seqLen=0                 | \"0\"      | 1 or more",
                "-p seqLen=1025              | 1025       | 1 to 1024",
                "-p model=gpt-tiny -p seqLen=65 | 65      | 1 to 64",
                "DecodeBenchmark -p seqLen=1024 | 1024    | 1 to 1023",
                "--threshold 5%              | --threshold | --gate FILE",
                "--format json               | --format   | ./mfu compare FILE",
                "--strict                    | --strict   | ./mfu check",
                "--memory-limit 8GiB -p device=cpu | --memory-limit | batchSize=max",
                "--max-from a.json -p device=cpu | --max-from | batchSize=max",
                "--peak-tflops 300 -p dtype=bf16,fp32 | bf16 and fp32 | --peaks-csv",
                "-p model=FOLDER/vast.json   | vast needs at least 128016.24 GiB | ./mfu memory",
                "-p dtype=fp8                | fp8        | bf16",
                "-p program=eager            | eager      | notebook",
                "-p gemm=fast                | fast       | upcast",
                "-p loss=mse                 | mse        | cross_entropy",
                "-p device=tpu               | tpu        | cuda:N",
                "-p device=cpu,cuda:0        | cuda:0     | once for each",
                "-p nosuch=1                 | nosuch     | batchSize",
                "-f 0                        | -f 0       | -f 1",
                "-t 2                        | -t         | OMP_NUM_THREADS",
                "-i 0                        | -i 0       | -i 1",
                "-i few                      | few        | --jmh-help",
                "-bm all                     | -bm        | -bm avgt",
                "-opi 2                      | -opi       | batchSize",
                "-o log.txt                  | log.txt    | 2> log.txt",
                "-rf csv                     | csv        | JSON",
                "-rff                        | -rff       | a value",
                "-rff a.json -rff=b.json     | -rff       | given twice",
                "-rff=FOLDER                 | is a folder | Name a file",
                "-rf=csv                     | csv        | JSON",
                "-rff=                       | -rff       | a value",
                "-i=0                        | -i 0       | -i 1",
                "-i00                        | -i 0       | -i 1",
                "-p=nosuch=1                 | nosuch     | batchSize",
                "-pmodel=gpt-huge            | gpt-huge   | gpt-small",
                "--against main --metric token_per_s | token_per_s | Did you mean \"tokens_per_s\"?",
                "--torch bundled --torch a --metric token_per_s | token_per_s | tokens_per_s",
                "--gate FOLDER/base.json --metric token_per_s | token_per_s | Available: score",
                "--gate FOLDER/base.json --metric speed | speed | --better high",
                "-rff FOLDER                 | is a folder | Name a file",
                "-rff FOLDER/cut/r.json      | cut        | -rff FILE",
                "--resume                    | --resume   | -rff",
                "--resume -rff FOLDER/cut    | ends in the middle of entry 1 | killed while writing",
                "--resume -rff FOLDER/other  | other      | JSON",
                "--deadline soon             | soon       | 30m",
                "--convention exat           | exat       | exact",
                "--peak-tflops -1            | -1         | above 0",
                "--peak-tflops fast          | fast       | --help",
                "--torch=                    | --torch    | auto",
                "--torch bundled --torch bundled | --torch bundled | the same PyTorch",
                "--torch a --torch b --torch c | 3 times  | two to compare",
                "--torch FOLDER/no --torch bundled | /no: | no such file",
                "--torch bundled --torch a --gate FOLDER/other | --gate | one with a file",
                "--torch bundled --torch a --against main | --against | a build",
                "--torch bundled --torch a --check true | mfu.check | a build",
                "--torch bundled --torch a --resume -rff FOLDER/new | --resume | Start the run again",
                "--resum -rff x              | --resum    | Did you mean \"--resume\"?",
                "NoSuchBenchmark             | NoSuchB    | ForwardBenchmark"
            })
    void badInputIsOneSentenceThatSaysWhatIsPossible(String arguments, String asked, String possible)
            throws IOException {
        Files.writeString(folder.resolve("cut"), "[{\"benchmark\": \"cut off");
        Files.writeString(folder.resolve("other"), "model,tokens\n");
        Files.writeString(folder.resolve("vast.json"), VAST);
        JmhJson.write(
                folder.resolve("base.json"),
                JmhJson.of("a.B.run").forks(1, 2, 3).secondary("speed", "furlongs", 1, 2, 3));
        Ran ran = bench(arguments.replace("FOLDER", folder.toString()));
        assertThat(ran.err()).contains(asked).contains(possible);
        assertThat(ran.err().lines())
                .as(ran.err())
                .filteredOn(
                        line -> !line.startsWith("Waiting: ")) // a suite of somebody else's, for the machine's memory
                .hasSize(1);
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
    }

    /** root may write everywhere but to what the kernel only shows. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured() {
        Ran ran = bench("-rff /proc/self/r.json");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("cannot be written to /proc/self/r.json").contains("-rff FILE");
    }

    @Test
    void jmhsListsArePrintedAndNothingIsMeasured() {
        assertThat(bench("-l").out())
                .contains("org.mfujmh.bench.ForwardBenchmark.forward\n")
                .contains("org.mfujmh.bench.OverheadBenchmark.emptyCall\n");
        assertThat(bench("-lp ForwardRecording").out()).contains("param \"batchSize\"");
        assertThat(bench("-lprof").out()).contains("gc");
        assertThat(bench("--jmh-help").out()).contains("-prof <profiler>");
    }

    /** As Maven hands it over: {@code mvn verify -Pjmh -Dmfu.peakTflops=fast}. */
    @Test
    void aPeakThatIsNoNumberIsRefusedAsAPropertyToo() {
        System.setProperty(RunProperty.PEAK_TFLOPS.key(), "fast");
        try {
            Ran ran = bench("-f 1");
            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(ran.err()).contains("-Dmfu.peakTflops=fast").contains("a number above 0");
        } finally {
            System.clearProperty(RunProperty.PEAK_TFLOPS.key());
        }
    }

    /** The command that goes on with a run would measure another PyTorch, and be refused. */
    @Test
    void whatMavenHandsOverAsAPropertyIsAnOptionOfTheCommandThatGoesOn() {
        String before = System.setProperty(RunProperty.TORCH_ASKED.key(), "my venv");
        try {
            assertThat(BenchCommand.withProperties(List.of("-f", "3")))
                    .containsExactly("-f", "3", "--torch", "my venv");
            assertThat(BenchCommand.withProperties(List.of("--torch=auto"))).containsExactly("--torch=auto");
        } finally {
            System.clearProperty(RunProperty.TORCH_ASKED.key());
            if (before != null) {
                System.setProperty(RunProperty.TORCH_ASKED.key(), before);
            }
        }
    }

    /** Maven hands over one argument. */
    @Test
    void theArgumentsMayComeInOne() {
        Ran ran = Ran.mfu("bench", "--args", " -p \"model=gpt tiny\"  -f 1 ");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("There is no model \"gpt tiny\"");
        assertThat(Ran.mfu("bench", "--args", "-p 'model=gpt").err()).contains("not closed");
    }

    private static Ran bench(String arguments) {
        String[] words = arguments.strip().split(" +", -1);
        String[] all = Arrays.copyOf(new String[] {"bench"}, words.length + 1);
        System.arraycopy(words, 0, all, 1, words.length);
        return Ran.mfu(all);
    }
}
