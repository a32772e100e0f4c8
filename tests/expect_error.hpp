#pragma once
#include <string>

#include <gtest/gtest.h>

/// `body` must throw exactly an E with exactly this message.
template <class E, class Body>
void expect_error(Body&& body, const std::string& message) {
  try {
    body();
  } catch (const E& error) {
    EXPECT_EQ(std::string(error.what()), message);
    return;
  } catch (const std::exception& error) {
    FAIL() << "another kind of error: " << error.what();
  }
  FAIL() << "no error was thrown, and this was expected: " << message;
}
