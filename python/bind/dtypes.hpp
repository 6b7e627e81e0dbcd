// NumPy's dtypes for C's types. docs/arrays.md has the table.
#pragma once

#include "bind.hpp"

#include "p4jit/jit/module.hpp"

namespace p4jit::python {

/// The dtype whose elements have the type's size and layout, in whatever typedef
/// or qualifier it is wrapped; of an array a dtype with a shape. Throws
/// SignatureError as numpy_dtype() does.
nb::object dtype_of(const dwarf::Type& type);

/// The dtype of the structure, union, enumeration or typedef of that name
/// ("Point", "struct Point", "geo::Point") among the types and those that they
/// mention, in pointers, members and typedefs as well. Throws UsageError, which
/// lists them; `who` is who mentions them.
nb::object dtype_named(const std::vector<dwarf::Type>& types, std::string_view name, const std::string& who);

} // namespace p4jit::python
