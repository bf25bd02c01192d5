//! The core's error as a JavaScript `Error`: `message`, `code`, `family`, the `values` that the message hides, and `line` and
//! `column` where it speaks of a text.

use napi::{Env, Error, JsError, JsValue, Property, PropertyAttributes, bindgen_prelude::*};

/// The error to throw, or to reject a promise with.
pub(crate) fn to_js(env: &Env, error: &cdp_core::Error) -> Error {
    build(env, error).unwrap_or_else(|failure| failure)
}

fn build(env: &Env, error: &cdp_core::Error) -> napi::Result<Error> {
    let code = error.code();
    let thrown = JsError::from(Error::new(code.as_str(), error.to_string())).into_unknown(*env);
    let mut object = thrown.coerce_to_object()?;
    object.set_named_property("family", code.family().as_str())?;
    // Whoever prints an error prints what can be enumerated: the values are for those who ask for them.
    let hidden = PropertyAttributes::Writable | PropertyAttributes::Configurable;
    let values = Property::new().with_utf8_name("values")?.with_napi_value(env, error.values().to_vec())?;
    object.define_properties(&[values.with_property_attributes(hidden)])?;
    if let Some((line, column)) = error.text_position() {
        object.set_named_property("line", line as f64)?;
        object.set_named_property("column", column as f64)?;
    }
    Ok(Error::from(object.to_unknown()))
}
