// Device memory as Python sees it: what p4jit/buffer.py builds on.
#pragma once

#include "bind.hpp"

namespace p4jit::python {

/// Elements of one dtype somewhere in a block of device memory. Needs the GIL to
/// be made and to be dropped.
struct DeviceElements {
    Memory memory;
    std::uint32_t offset = 0; ///< of the lowest element in the block
    std::size_t size = 0;     ///< of all elements, in bytes
    std::optional<ElementType> element;
    std::string dtype; ///< its name
    bool readonly = false;
    bool contiguous = true; ///< else C has no pointer to them

    /// All of the block, as bytes.
    explicit DeviceElements(Memory block);
    DeviceElements(const DeviceElements& block, nb::handle type, std::uint32_t at, std::size_t bytes, bool is_readonly,
                   bool is_contiguous);
    DeviceElements(const DeviceElements&) = default;
    DeviceElements& operator=(const DeviceElements&) = delete;
    ~DeviceElements();

    /// As an argument; throws UseAfterFree.
    DeviceArray argument() const;
};

} // namespace p4jit::python
