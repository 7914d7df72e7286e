package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.report.text.Document;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.verify.Check;
import org.mfujmh.verify.CheckGroup;
import org.mfujmh.verify.CheckedGroup;
import org.mfujmh.verify.ClaimChecks;
import org.mfujmh.verify.ExecutedChecks;
import org.mfujmh.verify.NumericChecks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu verify}: what others published, and what we compute, checked. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks what can be checked without trusting this program: published claims recomputed from their own inputs,",
            "the FLOPs of the matrix products that libtorch really ran, and the numbers that the programs compute.",
            "Without an option that names a group, all groups run."
        },
        footer = {
            "",
            "Exit code 1 if any check is not ok.",
            "",
            "Examples:",
            "  Does the notebook's MFU of 0.8113 hold?",
            "    ./mfu verify --claims",
            "  A figure of your own (docs/method.md has the columns):",
            "    ./mfu verify --claims-from my-claims.csv"
        })
final class VerifyCommand implements Callable<Integer> {
    @Option(
            names = "--claims",
            description = "The group of published claims: the notebook, nanoGPT, llm-foundry, llm.c.")
    private boolean claims;

    @Option(
            names = "--executed",
            description =
                    "The group of FLOPs that really ran: passes under libtorch's profiler against the closed form.")
    private boolean executed;

    @Option(
            names = "--numerics",
            description =
                    "The group of numerics: logits, losses and gradients of both programs against float64, each other and themselves.")
    private boolean numerics;

    @Option(
            names = "--claims-from",
            paramLabel = "FILE",
            description = "Claims of your own, from a CSV file, as spreadsheets save it.")
    private Path claimsFile;

    @Mixin
    private TorchOption torch;

    @Option(names = "--format", paramLabel = "F", description = "text, markdown, json or csv. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        torch.choose();
        List<CheckedGroup> groups = groups().stream().map(CheckGroup::run).toList();
        if (groups.stream().anyMatch(group -> group.checks().isEmpty())) {
            throw new BadInput("Nothing was checked, so nothing is known to be ok.");
        }
        System.out.print(render(groups));
        return groups.stream().allMatch(CheckedGroup::ok) ? 0 : 1;
    }

    /** The groups that were asked for, or all: a further group is a line in each half. */
    private List<CheckGroup> groups() {
        List<CheckGroup> asked = new ArrayList<>();
        if (claims) {
            asked.add(new ClaimChecks(null));
        }
        if (executed) {
            asked.add(new ExecutedChecks());
        }
        if (numerics) {
            asked.add(new NumericChecks());
        }
        if (claimsFile != null) {
            asked.add(new ClaimChecks(claimsFile));
        }
        return asked.isEmpty() ? List.of(new ClaimChecks(null), new ExecutedChecks(), new NumericChecks()) : asked;
    }

    private String render(List<CheckedGroup> groups) {
        List<Check> checks =
                groups.stream().flatMap(group -> group.checks().stream()).toList();
        return switch (format) {
            case JSON -> OutputFormat.json(checks);
            case CSV -> CheckedGroup.table(checks).toCsv();
            case TEXT, MARKDOWN -> document(groups, checks);
        };
    }

    private String document(List<CheckedGroup> groups, List<Check> checks) {
        Document document = new Document(format);
        for (CheckedGroup group : groups) {
            document.heading(group.title()).table(group.table());
            group.remarks().forEach(document::paragraph);
        }
        long failed = checks.stream().filter(check -> !check.ok()).count();
        String all = checks.size() == 1 ? "The 1 check is ok." : "All " + checks.size() + " checks are ok.";
        return document.paragraph(failed == 0 ? all : failed + " of " + checks.size() + " checks are NOT OK.")
                .text();
    }
}
