package org.mfujmh.search;

/** One probe: a batch that was run in a separate process, and its outcome. */
public record Probe(int batch, ProbeOutcome verdict) {}
