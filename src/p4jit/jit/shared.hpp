// What the handles that users copy and move have inside.
#pragma once

#include "p4jit/base/error.hpp"

#include <memory>
#include <utility>

namespace p4jit::jit {

/// A shared_ptr that throws UsageError where one that was moved from is used.
template <typename T>
class Shared {
public:
    Shared(std::shared_ptr<T> pointer) : pointer_(std::move(pointer)) {} // NOLINT: as a shared_ptr

    T& operator*() const {
        if (!pointer_) throw UsageError("this handle was moved from: use the one that it was moved to, or copy it");
        return *pointer_;
    }
    T* operator->() const { return &**this; }
    operator const std::shared_ptr<T>&() const { return pointer_; } // NOLINT: as a shared_ptr

private:
    std::shared_ptr<T> pointer_;
};

} // namespace p4jit::jit
