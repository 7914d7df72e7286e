package org.mfujmh.search;

/** One probe: a batch that was really run, in a process of its own, and what came of it. */
public record Probe(int batch, ProbeOutcome verdict) {}
