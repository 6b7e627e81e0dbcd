#include "p4jit/transport/serial.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/fd_pipe.hpp"
#include "p4jit/transport/ports.hpp"
#include "p4jit/transport/raw_terminal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

namespace p4jit::transport {

namespace {

std::string what_is_there() {
    const auto found = ports();
    if (found.empty()) return "There is no serial port on USB: is the board plugged in?";
    std::string list = "Serial ports on USB:";
    for (const auto& port : found) list += "\n  " + describe(port);
    return list;
}

/// The group that owns the port, "dialout" on Debian.
std::string owning_group(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return "dialout";
    const auto* group = ::getgrgid(status.st_gid);
    return group && status.st_gid != 0 ? group->gr_name : "dialout";
}

[[noreturn]] void cannot_open(const std::string& path, int error) {
    switch (error) {
    case ENOENT: throw ConnectError(fmt::format("there is no port {}. {}", path, what_is_there()));
    case EACCES:
    case EPERM:
        throw ConnectError(fmt::format("no permission to open {}. Add yourself to the group that owns it:\n"
                                       "  sudo usermod -aG {} $USER\nand log in again",
                                       path, owning_group(path)));
    case EBUSY:
    case EWOULDBLOCK:
        throw ConnectError(fmt::format("{} is in use by another program (a serial monitor?); close that first", path));
    case ENXIO:
    case ENODEV:
    case EIO: throw ConnectError(fmt::format("{} exists, but no device is behind it", path));
    default: throw ConnectError(fmt::format("cannot open {}: {}", path, std::strerror(error)));
    }
}

/// On a pseudo-terminal TIOCEXCL would outlive us, as its maker keeps it open.
bool is_pseudo_terminal(const Fd& fd) {
    struct stat status {};
    // Linux: Documentation/admin-guide/devices.txt, Unix98 PTY slaves.
    return ::fstat(fd.get(), &status) == 0 && major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

} // namespace

std::unique_ptr<Pipe> open_serial(const std::string& path) {
    Fd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) cannot_open(path, errno);
    if (!::isatty(fd.get())) throw ConnectError(fmt::format("{} is not a serial port", path));

    // The lock finds those who have the port open and lock it too; TIOCEXCL
    // keeps everybody but root from opening it from now on.
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) cannot_open(path, errno);
    if (!is_pseudo_terminal(fd) && ::ioctl(fd.get(), TIOCEXCL) != 0) cannot_open(path, errno);
    if (!make_raw(fd.get())) cannot_open(path, errno);
    ::tcflush(fd.get(), TCIFLUSH);
    return std::make_unique<FdPipe>(std::move(fd), FdPipe::Kind::serial, path);
}

} // namespace p4jit::transport
