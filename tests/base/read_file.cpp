#include "base/read_file.hpp"

#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hindsight/error.hpp>

#include "expect_error.hpp"
#include "temporary_folder.hpp"

using hindsight::FileError;
using hindsight::read_file;
using hindsight::read_text_file;

TEST(ReadFile, TextEndsAtTheFirstByteZero) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\0c", 5);
  const std::string path = folder.file("t", bytes);
  EXPECT_EQ(read_file(path), bytes);
  EXPECT_EQ(read_text_file(path), bytes.substr(0, 2));
}

TEST(ReadFile, StopsReadingAnEndlessPipeOfZeros) {
  const TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    const int end = ::open(path.c_str(), O_WRONLY);
    EXPECT_EQ(::write(end, "x\0", 2), 2);  // and the pipe stays open
    ::usleep(200'000);
    ::close(end);
  });
  EXPECT_EQ(read_text_file(path), std::string("x\0", 2));
  writer.join();
}

TEST(ReadFile, RefusesDevices) {
  expect_error<FileError>(
      [] { read_file("/dev/zero"); },
      "cannot read \"/dev/zero\": it is a device or a socket, which may have no end; name a file");
}
