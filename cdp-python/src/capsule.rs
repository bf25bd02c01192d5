//! Arrow's PyCapsule interface, both ways, without copying.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

// The interface hands C structures over by pointer; these few lines are the only place where we follow one.
#![allow(unsafe_code)]

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::ArrowError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::CStr;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// The batches of the stream in a capsule, which is emptied. At least one batch is returned, so that the columns are known.
pub fn read_stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Result<Vec<RecordBatch>, ArrowError>> {
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a valid stream by the interface; the moved-from one is marked as released.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    // Reading may run a whole query, so other threads must be let in.
    Ok(capsule.py().detach(|| {
        let reader = RecordBatchStreamReader::try_new(stream)?;
        let schema = reader.schema();
        let mut batches = reader.collect::<Result<Vec<_>, _>>()?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(batches)
    }))
}

/// The batch of the pair of capsules that `__arrow_c_array__` returns, which are emptied.
pub fn read_array(
    schema: &Bound<'_, PyCapsule>,
    array: &Bound<'_, PyCapsule>,
) -> PyResult<Result<Vec<RecordBatch>, ArrowError>> {
    let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold a valid schema and an array of it; the moved-from array is marked as released.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    Ok(data.and_then(|data| match data.data_type() {
        arrow_schema::DataType::Struct(_) => Ok(vec![RecordBatch::from(StructArray::from(data))]),
        other => Err(ArrowError::SchemaError(format!("an array of {other} is not a table"))),
    }))
}

/// A capsule with a stream of one batch.
pub fn write_stream<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// A capsule with the schema of a batch.
pub fn write_schema<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(batch.schema().as_ref())
        .map_err(|error| crate::errors::to_py(cdp_core::Error::new(cdp_core::Code::Internal, error.to_string())))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}
