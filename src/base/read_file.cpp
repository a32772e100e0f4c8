#include "base/read_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/large_pages.hpp"

namespace hindsight {
namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  const char* hint = error == ENOENT ? "; check the path" : error == EISDIR ? "; name a file in it" : "";
  fail<FileError>("cannot read \"{}\": {}{}", path, std::strerror(error), hint);
}

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

namespace {

std::string read(const std::string& path, bool stop_at_zero) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat facts {};
  if (file.number < 0 || ::fstat(file.number, &facts) != 0) refuse(path, errno);
  if (S_ISDIR(facts.st_mode)) refuse(path, EISDIR);
  if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode))
    fail<FileError>("cannot read \"{}\": it is a device or a socket, which may have no end; name a file",
                    path);

  // The size is only a guess at what to reserve: a pipe has none, and a file may grow while it is read.
  constexpr std::size_t block = 65536;
  const std::size_t guess = S_ISREG(facts.st_mode) ? static_cast<std::size_t>(facts.st_size) + 1 : block;
  std::string bytes;
  bytes.reserve(guess);
  prefer_large_pages(bytes.data(), guess);
  bytes.resize(guess);
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(2 * used);
    const ssize_t got = ::read(file.number, bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(path, errno);
    if (got == 0) break;
    const std::size_t before = std::exchange(used, used + static_cast<std::size_t>(got));
    if (!stop_at_zero) continue;
    if (const std::size_t zero = bytes.find('\0', before); zero < used) {
      used = zero + 1;
      break;
    }
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace

std::string read_file(const std::string& path) { return read(path, false); }
std::string read_text_file(const std::string& path) { return read(path, true); }

}  // namespace hindsight
