// A far end at the other side of a real pipe, served by a thread.
#pragma once

#include "tests/cable/far_end.hpp"

#include <thread>

namespace p4jit::tests {

/// Carries bytes between the line and the device until destroyed, or until the
/// line's other end is gone. The device is the thread's alone meanwhile.
class Served {
public:
    Served(FarEnd& device, transport::Pipe& line)
        : thread_([&device, &line](std::stop_token stop) {
              try {
                  while (!stop.stop_requested()) carry(device, line);
              } catch (const ConnectionLost&) {
              }
          }) {}

private:
    static void carry(FarEnd& device, transport::Pipe& line) {
        using namespace std::chrono_literals;
        Bytes bytes(64 * 1024);
        const auto came = line.read(bytes, Deadline::after(5ms));
        if (came) device.write(ByteView(bytes).first(came), Deadline::after(5s));
        while (const auto goes = device.read(bytes, Deadline::after(0s)))
            line.write(ByteView(bytes).first(goes), Deadline::after(5s));
    }

    std::jthread thread_;
};

} // namespace p4jit::tests
