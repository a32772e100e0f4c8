#pragma once
#include <string>
#include <string_view>

namespace hindsight {

/// A file that appears whole or not at all: it is written beside its place under another name, and commit()
/// renames it. Without commit(), whatever was at its place before is still there and nothing else is left.
class AtomicFile {
 public:
  /// Throws FileError, as the others do, naming the path and the reason.
  explicit AtomicFile(std::string path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) = delete;
  ~AtomicFile();

  void write(std::string_view bytes);
  /// Hands the bytes to the disk. After it, only renaming is left that could fail.
  void finish();
  /// finish(), and the file takes its place.
  void commit();

  const std::string& path() const noexcept { return path_; }

 private:
  [[noreturn]] void fail_to_write(int error) const;

  std::string path_;
  std::string partial_;  // empty once there is nothing to clean up
  int descriptor_ = -1;
};

/// One file, written by AtomicFile.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace hindsight
