#include <gtest/gtest.h>
#include <hindsight/hindsight.hpp>
