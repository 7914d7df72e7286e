package org.mfujmh.cli;

import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine.Option;

/** Which program runs, and in which precision, for the commands that do not take {@code -p NAME=VALUE}. */
final class ProgramOptions {
    @Option(
            names = "--program",
            paramLabel = "P",
            completionCandidates = HelpLists.Programs.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String program = PassParams.DEFAULT_PROGRAM;

    @Option(
            names = "--dtype",
            paramLabel = "D",
            completionCandidates = HelpLists.Dtypes.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String dtype = PassParams.DEFAULT_DTYPE;

    /** @throws org.mfujmh.BadInput if there is no such program */
    Program program() {
        return Program.of(program);
    }

    /** @throws org.mfujmh.BadInput if there is no such precision */
    Precision precision() {
        return Precision.of(dtype);
    }
}
