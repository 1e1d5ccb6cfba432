package watch

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// TensorBoard reads files of frames (the TFRecord format), each with one message Event of
// tensorflow/core/util/event.proto. Only the fields that are used have names here.
const (
	eventTime    = 1 // double
	eventStep    = 2 // int64
	eventVersion = 3 // string
	eventSummary = 5 // Summary

	summaryValue  = 1 // of a Summary, repeated
	valueTag      = 1
	valueSimple   = 2 // float
	valueHisto    = 5 // HistogramProto
	valueTensor   = 8 // TensorProto
	valueMetadata = 9 // SummaryMetadata

	histoMin, histoMax, histoCount, histoSum, histoSquares, histoLimits, histoBuckets = 1, 2, 3, 4, 5, 6, 7

	metadataPlugin = 1 // PluginData
	pluginName     = 1
	tensorType     = 1
	tensorShape    = 2
	tensorString   = 8
	typeString     = 7 // DT_STRING
	shapeDim       = 2
	dimSize        = 1
)

// event is a message Event with its summary, or with the version of the file.
func event(time float64, step int64, field protowire.Number, content []byte) []byte {
	b := double(nil, eventTime, time)
	b = protowire.AppendTag(b, eventStep, protowire.VarintType)
	b = protowire.AppendVarint(b, uint64(step))
	return message(b, field, content)
}

// scalar adds a value that a curve is made of.
func scalar(summary []byte, tag string, v float64) []byte {
	value := text(nil, valueTag, tag)
	value = protowire.AppendTag(value, valueSimple, protowire.Fixed32Type)
	value = protowire.AppendFixed32(value, math.Float32bits(float32(v)))
	return message(summary, summaryValue, value)
}

// buckets are how many a histogram has.
const buckets = 30

// histogram adds how values are spread: buckets of equal width from the least to the
// greatest of them.
func histogram(summary []byte, tag string, values []float64) []byte {
	least, greatest := slices.Min(values), slices.Max(values)
	var sum, squares float64
	var counts [buckets]float64
	width := (greatest - least) / buckets
	for _, v := range values {
		sum += v
		squares += v * v
		at := 0
		if width > 0 {
			at = min(int((v-least)/width), buckets-1)
		}
		counts[at]++
	}
	h := double(nil, histoMin, least)
	h = double(h, histoMax, greatest)
	h = double(h, histoCount, float64(len(values)))
	h = double(h, histoSum, sum)
	h = double(h, histoSquares, squares)
	var limits, inside []byte
	for i, n := range counts {
		limit := least + width*float64(i+1)
		if i == buckets-1 {
			limit = greatest
		}
		if width == 0 { // limits must rise
			limit = math.Nextafter(greatest, math.Inf(1)) + math.Abs(greatest)*1e-12*float64(i)
		}
		limits = protowire.AppendFixed64(limits, math.Float64bits(limit))
		inside = protowire.AppendFixed64(inside, math.Float64bits(n))
	}
	h = message(h, histoLimits, limits)
	h = message(h, histoBuckets, inside)
	return message(summary, summaryValue, message(text(nil, valueTag, tag), valueHisto, h))
}

// note adds a text in Markdown.
func note(summary []byte, tag, markdown string) []byte {
	plugin := message(nil, metadataPlugin, text(nil, pluginName, "text"))
	size := protowire.AppendVarint(protowire.AppendTag(nil, dimSize, protowire.VarintType), 1)
	tensor := protowire.AppendVarint(protowire.AppendTag(nil, tensorType, protowire.VarintType), typeString)
	tensor = message(tensor, tensorShape, message(nil, shapeDim, size))
	tensor = text(tensor, tensorString, markdown)
	value := text(nil, valueTag, tag+"/text_summary")
	value = message(value, valueTensor, tensor)
	value = message(value, valueMetadata, plugin)
	return message(summary, summaryValue, value)
}

func double(b []byte, field protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(v))
}

func text(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func message(b []byte, field protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), content)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frame adds a record of the file: its length, the content, and a masked CRC-32C of each.
func frame(b, content []byte) []byte {
	masked := func(of []byte) uint32 {
		sum := crc32.Checksum(of, castagnoli)
		return (sum>>15 | sum<<17) + 0xa282ead8
	}
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(content)))
	b = append(b, length...)
	b = binary.LittleEndian.AppendUint32(b, masked(length))
	b = append(b, content...)
	return binary.LittleEndian.AppendUint32(b, masked(content))
}
