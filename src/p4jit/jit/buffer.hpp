// Memory on the device that outlives calls: docs/arrays.md.
#pragma once

#include "p4jit/jit/argument.hpp"
#include "p4jit/jit/shared.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace p4jit {

namespace jit {
class DeviceState;
/// Throws UsageError unless the elements lie inside `size`.
void check_slice(std::size_t first, std::size_t count, std::size_t size);
} // namespace jit

/// A block of device memory. A handle: the block is freed with the last copy,
/// or by free(). Every access is checked to lie inside it.
class Memory {
public:
    std::uint32_t address() const; ///< throws UseAfterFree when freed
    std::uint32_t size() const;    ///< in bytes

    /// Copies between host and device. Throw AccessDenied outside the block.
    void write(ByteView bytes, std::uint32_t offset = 0);
    void read(MutableBytes into, std::uint32_t offset = 0) const;
    /// Writes the pattern so many times, one behind the other.
    void fill(ByteView pattern, std::uint32_t offset, std::size_t count);

    /// Gives the block back now. Further use throws UseAfterFree.
    void free();
    bool is_freed() const;
    /// The same block for those who must not give it back: free() throws UsageError.
    Memory borrowed() const;

    /// A part of it as an argument, of no element type yet.
    DeviceArray array(std::uint32_t offset, std::size_t size) const;

private:
    friend class jit::DeviceState;
    struct Block;
    explicit Memory(std::shared_ptr<Block> block) : block_(std::move(block)) {}
    void check(std::uint32_t offset, std::size_t size) const;
    jit::Shared<Block> block_;
    bool is_borrowed_ = false;
};

/// Memory as elements of T, or a slice of it. Passed to a function it is its
/// address: nothing is transferred. A Buffer<const T> only goes where the
/// pointer is to const.
///
/// A handle, like Memory: slices keep the memory alive, and are freed with it.
template <typename T>
class Buffer {
    using Element = std::remove_const_t<T>;
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit Buffer(Memory memory) : memory_(std::move(memory)), size_(memory_.size() / sizeof(T)) {}
    operator Buffer<const Element>() const
        requires(!std::is_const_v<T>)
    {
        return Buffer<const Element>(memory_).subspan(first_, size_);
    }

    std::size_t size() const { return size_; } ///< in elements
    std::size_t size_bytes() const { return size_ * sizeof(T); }
    bool empty() const { return size_ == 0; }
    std::uint32_t address() const { return memory_.address() + offset(0); } ///< throws UseAfterFree

    /// Parts of the same memory. Throw UsageError outside the buffer.
    Buffer subspan(std::size_t first, std::size_t count) const {
        jit::check_slice(first, count, size_);
        auto slice = *this;
        slice.first_ += first;
        slice.size_ = count;
        return slice;
    }
    Buffer subspan(std::size_t first) const { return subspan(first, size_ - std::min(first, size_)); }
    Buffer first(std::size_t count) const { return subspan(0, count); }
    Buffer last(std::size_t count) const { return subspan(size_ - std::min(count, size_), count); }

    /// Copies between host and device, from element `at` on. Throw UsageError
    /// outside the buffer.
    void copy_from(std::span<const Element> elements, std::size_t at = 0)
        requires(!std::is_const_v<T>)
    {
        jit::check_slice(at, elements.size(), size_);
        memory_.write({reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size_bytes()}, offset(at));
    }
    void copy_to(std::span<Element> elements, std::size_t at = 0) const {
        jit::check_slice(at, elements.size(), size_);
        memory_.read({reinterpret_cast<std::uint8_t*>(elements.data()), elements.size_bytes()}, offset(at));
    }
    std::vector<Element> to_vector() const {
        std::vector<Element> elements(size_);
        copy_to(elements);
        return elements;
    }
    void fill(const Element& value)
        requires(!std::is_const_v<T>)
    {
        memory_.fill({reinterpret_cast<const std::uint8_t*>(&value), sizeof value}, offset(0), size_);
    }

    /// Gives all of the memory back, whatever slice this is.
    void free() { memory_.free(); }
    bool is_freed() const { return memory_.is_freed(); }

    operator Argument() const {
        auto array = memory_.array(offset(0), size_bytes());
        array.element = ElementType::of<Element>();
        array.writable = !std::is_const_v<T>;
        return array;
    }

private:
    std::uint32_t offset(std::size_t at) const { return static_cast<std::uint32_t>((first_ + at) * sizeof(T)); }

    Memory memory_;
    std::size_t first_ = 0, size_;
};

} // namespace p4jit
