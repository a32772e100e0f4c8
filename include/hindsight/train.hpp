#pragma once
#include <hindsight/train/classifier.hpp>
#include <hindsight/train/fit.hpp>
#include <hindsight/train/metrics.hpp>
