-- Requests for wrk, of the file that is its first argument: a line each, METHOD, path, cookie, body
-- and address of the client with a tab between. The second argument tells in which order they are sent: "any", by chance
-- that is the same each time, or "once", each of them once and then 404s, which would be seen.
-- The last line of what it prints is what was measured, as JSON.

local threads = {}

function setup(thread)
	thread:set("number", #threads)
	table.insert(threads, thread)
	for _, each in ipairs(threads) do
		each:set("count", #threads)
	end
end

local function requests(file)
	local list = {}
	for line in io.lines(file) do
		local method, path, cookie, body, from =
			line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
		local headers = { Cookie = cookie, ["Sec-Fetch-Site"] = "same-origin" }
		if from ~= "" then
			headers["X-Forwarded-For"] = from
		end
		if body == "" then
			body = nil
		else
			headers["Content-Type"] = "application/json"
		end
		table.insert(list, wrk.format(method, path, headers, body))
	end
	return list
end

function init(arguments)
	list = requests(arguments[1])
	once = arguments[2] == "once"
	at = number + 1 - count
	math.randomseed(number + 1)
end

function request()
	if not once then
		return list[math.random(#list)]
	end
	at = at + count
	return list[at] or wrk.format("GET", "/all-are-sent")
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format(
		'{"good":%d,"failed":%d,"seconds":%f,"p50":%f,"p99":%f,"most":%f}\n',
		summary.requests - errors.status, errors.status + errors.connect + errors.read
		+ errors.write + errors.timeout, summary.duration / 1e6, latency:percentile(50) / 1e3,
		latency:percentile(99) / 1e3, latency.max / 1e3))
end
