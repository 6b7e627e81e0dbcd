// A line that was closed and not opened again: all it does is to say so.
#pragma once

#include "p4jit/base/error.hpp"
#include "p4jit/transport/pipe.hpp"

namespace p4jit::transport {

class ClosedPipe : public Pipe {
public:
    explicit ClosedPipe(std::string name) : name_(std::move(name)) {}

    void write(ByteView, const Deadline&) override { gone(); }
    std::size_t read(MutableBytes, const Deadline&) override { gone(); }
    std::string name() const override { return name_; }

private:
    [[noreturn]] void gone() const { throw ConnectionLost(name_ + " is not connected: plug it in, then reconnect()"); }
    std::string name_;
};

} // namespace p4jit::transport
