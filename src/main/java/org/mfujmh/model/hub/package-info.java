/**
 * Reads a model's {@code config.json} as the Hugging Face hub has it, and knows the models that are shipped by name.
 *
 * <p>Absent fields have the defaults of the Transformers library (version 5.18). A field that is not understood is
 * refused by its name, because a wrong count is worse than none.
 */
package org.mfujmh.model.hub;
