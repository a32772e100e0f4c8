#include "base/atomic_file.hpp"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

/// A name in the same folder, since a rename across file systems would copy. No two writers get the same.
std::string name_beside(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return formatted("{}.{}-{}.partial", path, ::getpid(), ++count);
}

}  // namespace

void AtomicFile::fail_to_write(int error) const {
  fail<FileError>("cannot write \"{}\": {}", path_, std::strerror(error));
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), partial_(name_beside(path_)) {
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail_to_write(errno);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_(std::exchange(other.partial_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_to_write(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void AtomicFile::finish() {
  if (descriptor_ < 0) return;
  // Without the sync, a power cut after the rename could leave an empty file under the final name. A file
  // system that cannot sync says EINVAL, and has then done what it can.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail_to_write(errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail_to_write(errno);
}

void AtomicFile::commit() {
  finish();
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail_to_write(errno);
  partial_.clear();
}

void write_file(const std::string& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace hindsight
