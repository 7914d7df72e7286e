/**
 * Reads a model's {@code config.json} from the Hugging Face hub, and knows the models that are shipped by name.
 *
 * <p>Absent fields have the defaults of the Transformers library (version 5.18). An unknown field is refused by name,
 * because a wrong count is worse than none.
 */
package org.mfujmh.model.hub;
