//! Arrow's PyCapsule interface, both ways, without copying.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

// The interface hands C structures over by pointer; these few lines are the only place where we follow one.
#![allow(unsafe_code)]

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator, StructArray};
use arrow_schema::{DataType, Field, Fields};
use cdp_core::{Code, Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::{CStr, c_char, c_int, c_void};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// A stream as the C stream interface lays it out.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut FFI_ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut FFI_ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

// SAFETY: the interface lets a stream be used by any thread, one at a time.
unsafe impl Send for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: by the interface, a stream that is not released is released so, once.
            unsafe { release(self) }
        }
    }
}

/// The first fields of an array as the C data interface lays it out; what comes after them is not looked at.
#[repr(C)]
struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut Array,
}

impl Stream {
    fn schema(&mut self) -> Result<FFI_ArrowSchema> {
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: the stream is not released, and `schema` is where the interface wants it.
        let told = self.get_schema.map_or(1, |get| unsafe { get(self, &raw mut schema) });
        self.check(told).map(|()| schema)
    }

    fn next(&mut self) -> Result<Option<FFI_ArrowArray>> {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: as above.
        let told = self.get_next.map_or(1, |get| unsafe { get(self, &raw mut array) });
        self.check(told).map(|()| Some(array).filter(|array| !array.is_released()))
    }

    fn check(&mut self, told: c_int) -> Result<()> {
        if told == 0 {
            return Ok(());
        }
        // SAFETY: after an error the producer gives null, or a text that stays until the next call.
        let words = self.get_last_error.map_or(std::ptr::null(), |get| unsafe { get(self) });
        let words = if words.is_null() { c"no reason was given" } else { unsafe { CStr::from_ptr(words) } };
        Err(Error::new(Code::InvalidInput, words.to_string_lossy()))
    }

    fn batches(mut self) -> Result<Vec<RecordBatch>> {
        let schema = self.schema()?;
        let fields = columns(&schema)?;
        let mut batches = Vec::new();
        while let Some(array) = self.next()? {
            batches.push(batch(array, &schema, &fields)?);
        }
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(arrow_schema::Schema::new(fields).into()));
        }
        Ok(batches)
    }
}

/// The columns of a table.
fn columns(schema: &FFI_ArrowSchema) -> Result<Fields> {
    if schema.format() != "+s" {
        return Err(no_table());
    }
    let column = |child: &FFI_ArrowSchema| {
        Field::try_from(child).map_err(|error| {
            let told = Error::new(Code::InvalidInput, format!("the column cannot be read: {error}"));
            told.help("convert it to text, or leave the column out").field(child.name().unwrap_or_default())
        })
    };
    schema.children().map(column).collect()
}

fn no_table() -> Error {
    Error::new(Code::InvalidInput, "this is not a table with columns").help("make a frame of it: series.to_frame()")
}

fn batch(mut array: FFI_ArrowArray, schema: &FFI_ArrowSchema, fields: &Fields) -> Result<RecordBatch> {
    // SAFETY: a producer's array has the layout of the interface, and the children that its schema says.
    unsafe { without_buffers_of_nulls((&raw mut array).cast(), schema) };
    // SAFETY: the array is of this schema, by the interface.
    let data = unsafe { from_ffi_and_data_type(array, DataType::Struct(fields.clone())) };
    let data = data.map_err(|error| Error::new(Code::InvalidInput, format!("the frame cannot be read: {error}")))?;
    // Rows that are missing as a whole are those of a column, not of a table.
    if data.nulls().is_some_and(|nulls| nulls.null_count() > 0) {
        return Err(no_table());
    }
    Ok(RecordBatch::from(StructArray::from(data)))
}

/// Polars gives arrays of the null type a buffer for validity, which the format does not know, and `arrow` does not read.
///
/// # Safety
/// The array is valid by the C data interface, and of this schema.
unsafe fn without_buffers_of_nulls(array: *mut Array, schema: &FFI_ArrowSchema) {
    // SAFETY: the caller says so; by the interface there are as many children as `n_children` says.
    let array = unsafe { &mut *array };
    if schema.format() == "n" {
        array.n_buffers = 0;
    }
    for (place, child) in schema.children().enumerate().take(usize::try_from(array.n_children).unwrap_or_default()) {
        // SAFETY: as above.
        unsafe { without_buffers_of_nulls(*array.children.add(place), child) };
    }
}

/// The batches of the stream in a capsule, which is emptied. At least one batch is returned, so that the columns are known.
pub fn read_stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Result<Vec<RecordBatch>>> {
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<Stream>().as_ptr();
    // SAFETY: a capsule of this name holds a valid stream by the interface; the moved-from one is marked as released.
    let stream = unsafe {
        let stream = pointer.read();
        (*pointer).release = None;
        stream
    };
    // Reading may run a whole query, so other threads must be let in.
    Ok(capsule.py().detach(|| stream.batches()))
}

/// The batch of the pair of capsules that `__arrow_c_array__` returns, which are emptied.
pub fn read_array(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<Result<Vec<RecordBatch>>> {
    let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold a valid schema and an array of it; the moved-from array is marked as released.
    let (schema, array) = unsafe { (schema.as_ref(), FFI_ArrowArray::from_raw(array.as_ptr())) };
    Ok(columns(schema).and_then(|fields| Ok(vec![batch(array, schema, &fields)?])))
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
