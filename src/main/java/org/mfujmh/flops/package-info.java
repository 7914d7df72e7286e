/**
 * What a pass costs, from the sizes alone: FLOPs under each published convention, their terms, parameters and moved
 * bytes.
 *
 * <p>There is no such thing as "the" FLOPs of a model; every figure names its convention. Counts are exact integers,
 * and the audit adds up matrix products to the very digits of the closed form.
 */
package org.mfujmh.flops;
