/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_script.h"

#define CLOCK \
	"-- ses-policy-milter counts recipients\n" \
	"local time = redis.call('TIME')\n" \
	"local now = time[1] * 1000000 + time[2]\n"

/*
 * The way of nearly every message, in one piece: all keys were last written in the present five minutes, none refuses, and nothing is
 * to be told. `rows` are then what the keys are to hold. Whatever else is found, a field that is no number, too, which is an
 * error of Lua's, nothing is written, and the rest of the script looks at all keys again; what is defined there is made
 * only then. string.format() costs less than half of what Redis 7.0 takes to write a number out; where "%d" has 32 bits it says
 * something else.
 */
#define USUAL \
	"if ARGV[1] == 'take' then\n" \
	"  local call, format, last = redis.call, string.format, #KEYS\n" \
	"  local bucket, whole = math.floor(now / 300000000), '%d'\n" \
	"  local field, written = format(whole, bucket % 289), format(whole, now)\n" \
	"  if written + 0 ~= now then\n" \
	"    whole = '%.0f'\n" \
	"    written = format(whole, now)\n" \
	"  end\n" \
	"  local good, rows, born = pcall(function()\n" \
	"    local unpack, numbers, began, rows = struct.unpack, ARGV[2], bucket * 300000000, {}\n" \
	"    local n, born = unpack('<d', numbers), call('HMGET', KEYS[1], 'b')[1]\n" \
	"    if not born then return end\n" \
	"    for i = 2, last do\n" \
	"      local row = call('HMGET', KEYS[i], 'm', 's', 'p', field)\n" \
	"      local moment, sum, paid, counter = row[1] + 0, row[2] + n, row[3] + 0, row[4] + n\n" \
	"      if not (moment >= began and moment <= now and sum >= n and sum < 1e15 and counter >= n and counter < 1e15) then return end\n" \
	"      if not (paid >= 0 and paid < 1e16) then return end\n" \
	"      local day, cost, slack = unpack('<ddd', numbers, 40 * i - 63)\n" \
	"      if day >= 0 then\n" \
	"        if sum > day then return end\n" \
	"        if sum >= day - math.floor(day / 5) then\n" \
	"          local marks = call('HMGET', KEYS[i], 'e', 'f')\n" \
	"          if bucket - marks[1] >= 287 or sum >= day and bucket - marks[2] >= 287 then return end\n" \
	"        end\n" \
	"      end\n" \
	"      if cost >= 0 then\n" \
	"        if paid - now > slack then return end\n" \
	"        if paid < now then paid = now end\n" \
	"        paid = paid + cost\n" \
	"      end\n" \
	"      if paid - now > 86400000000 then return end\n" \
	"      row[2], row[3], row[4], rows[i] = sum, paid, counter, row\n" \
	"    end\n" \
	"    return rows, born\n" \
	"  end)\n" \
	"  if good and rows then\n" \
	"    for i = 2, last do\n" \
	"      local row = rows[i]\n" \
	"      call('HSET', KEYS[i], 'm', written, 's', format(whole, row[2]), 'p', format(whole, row[3]), field, format(whole, row[4]))\n" \
	"    end\n" \
	"    return '0 0 0 0 0 0 ' .. written .. ' 0 0 - ' .. born\n" \
	"  end\n" \
	"end\n"

/* Numbers are doubles in Lua: whole ones are exact up to 2^53, and 1e+15 is how it would write them. */
#define REST \
	"local COUNTERS, BUCKET, KEPT, FORCE, ACCEPT = 289, 300000000, 87000, 1, 2\n" \
	"local TAKEN, DAY_FULL, TOO_FAST, TOO_LARGE, DAMAGED = 0, 1, 2, 3, 4\n" \
	"local function whole(x) return string.format('%.0f', x) end\n" \
	"local function number(field)\n" \
	"  if field and #field < 17 and string.find(field, '^%d+$') then return tonumber(field) end\n" \
	"end\n" \
	"local function all_counters()\n" \
	"  local names = {}\n" \
	"  for i = 1, COUNTERS do names[i] = tostring(i - 1) end\n" \
	"  return names\n" \
	"end\n" /* Take the buckets from..to, of which the counters are needed again, out of the sum. */ \
	"local function leave(row, from, to)\n" \
	"  local names = {}\n" \
	"  for bucket = from, to do names[#names + 1] = tostring(bucket % COUNTERS) end\n" \
	"  local counts = redis.call('HMGET', row.key, unpack(names))\n" \
	"  for i = 1, #names do\n" \
	"    if counts[i] then\n" \
	"      local count = number(counts[i])\n" \
	"      if not count or count > row.sum then return false end\n" \
	"      row.sum = row.sum - count\n" \
	"      row.gone[#row.gone + 1] = names[i]\n" \
	"    end\n" \
	"  end\n" \
	"  return true\n" \
	"end\n" /* A key as it is now; false: it cannot be read. Writes nothing. */ \
	"local function read(key, seed)\n" \
	"  local bucket = math.floor(now / BUCKET)\n" \
	"  local f = redis.pcall('HMGET', key, 'm', 's', 'p', 'e', 'f', tostring(bucket % COUNTERS))\n" \
	"  if f.err then\n" \
	"    if string.find(f.err, 'WRONGTYPE', 1, true) then return false end\n" \
	"    f = redis.call('HMGET', key, 'm')\n" \
	"  end\n" \
	"  local row = { key = key, at = now, bucket = bucket, was = bucket, sum = seed, counter = seed, paid = 0, e = 0, f = 0, gone = {} }\n" \
	"  if not (f[1] or f[2] or f[3] or f[4] or f[5] or f[6]) then\n" \
	"    row.new = true\n" \
	"    return row\n" \
	"  end\n" \
	"  local moment, counter = number(f[1]), number(f[6] or '0')\n" \
	"  row.sum, row.paid, row.e, row.f = number(f[2]), number(f[3]), number(f[4] or '0'), number(f[5] or '0')\n" \
	"  if not (moment and counter and row.sum and row.paid and row.e and row.f) then return false end\n" \
	"  row.was = math.floor(moment / BUCKET)\n" \
	"  if row.was > bucket + 1 then\n" \
	"    row.back, row.gone, row.counter, row.was = true, all_counters(), row.sum, bucket\n" \
	"    row.paid = math.max(0, row.paid - (moment - now))\n" \
	"    row.e, row.f = math.min(row.e, bucket + 1), math.min(row.f, bucket + 1)\n" \
	"    return row\n" \
	"  end\n" \
	"  if moment > now then row.at, row.bucket = moment, row.was end\n" \
	"  if row.bucket > row.was then\n" \
	"    row.counter = 0\n" \
	"    if not leave(row, math.max(row.was, row.bucket - COUNTERS) + 1, row.bucket) then return false end\n" \
	"    if row.bucket - row.was >= COUNTERS and row.sum ~= 0 then return false end\n" \
	"  elseif row.bucket > bucket then\n" \
	"    row.counter = number(redis.call('HMGET', key, tostring(row.bucket % COUNTERS))[1] or '0')\n" \
	"    if not row.counter then return false end\n" \
	"  else\n" \
	"    row.counter = counter\n" \
	"  end\n" \
	"  return row\n" \
	"end\n" \
	"local function write(row, field, count)\n" \
	"  if #row.gone > 0 then redis.call('HDEL', row.key, unpack(row.gone)) end\n" \
	"  redis.call('HSET', row.key, 'm', whole(row.at), 's', whole(row.sum), 'p', whole(row.paid), field, whole(count))\n" \
	"  if row.told then redis.call('HSET', row.key, 'e', whole(row.e), 'f', whole(row.f)) end\n" \
	"  local owed = math.ceil((row.paid - row.at) / 1000000) + 1\n" \
	"  if row.new or row.back or row.bucket > row.was or owed > KEPT - 300 then\n" \
	"    redis.call('EXPIRE', row.key, whole(math.max(KEPT, owed)))\n" \
	"  end\n" \
	"end\n" /* From the oldest bucket on: until visit(end of the bucket, its count) is true. */ \
	"local function walk(row, visit)\n" \
	"  local counts = row.new and {} or redis.call('HMGET', row.key, unpack(all_counters()))\n" \
	"  for bucket = row.bucket - COUNTERS + 1, row.bucket do\n" \
	"    local count = 0\n" \
	"    if bucket == row.bucket then count = row.counter\n" \
	"    elseif bucket <= row.was and not row.back then count = number(counts[bucket % COUNTERS + 1] or '0') or 0 end\n" \
	"    if visit((bucket + COUNTERS) * BUCKET, count) then return end\n" \
	"  end\n" \
	"end\n" /* Microseconds until the sum is `most`. */ \
	"local function free_in(row, most)\n" \
	"  local left, moment = row.sum, row.at\n" \
	"  walk(row, function(ends, count)\n" \
	"    left, moment = left - count, ends\n" \
	"    return left <= most\n" \
	"  end)\n" \
	"  return moment - row.at\n" \
	"end\n" \
	"local function judge(row, limit, n)\n" \
	"  if limit.day >= 0 then\n" \
	"    if n > limit.day then return TOO_LARGE end\n" \
	"    if not row then return DAMAGED end\n" \
	"    if row.sum + n > limit.day then return DAY_FULL end\n" \
	"  end\n" \
	"  if not row then return DAMAGED end\n" \
	"  if limit.cost >= 0 and row.paid - row.at > limit.slack then return TOO_FAST end\n" \
	"  return TAKEN\n" \
	"end\n" \
	"local function answer(code, i, row, limit, n)\n" \
	"  local a = { code = code, key = i, used = row and row.sum or 0, wait = 0, full = 0 }\n" \
	"  if code == DAY_FULL then\n" \
	"    a.wait = free_in(row, limit.day - n)\n" \
	"    if row.sum >= limit.day then a.full = free_in(row, limit.day - 1) end\n" \
	"  elseif code == TOO_FAST then\n" \
	"    a.wait = row.paid - row.at - limit.slack\n" \
	"  end\n" \
	"  return a\n" \
	"end\n" /* Was it told in the last 24 hours? */ \
	"local function told(mark, bucket) return mark ~= 0 and bucket - (mark - 1) < COUNTERS - 1 end\n" /* 1: it has reached 80 percent for the first time in 24 hours, 2: 100 percent. */ \
	"local function reached(row, day)\n" \
	"  if day <= 0 or row.sum < day - math.floor(day / 5) then return '0' end\n" \
	"  local first = not told(row.e, row.bucket)\n" \
	"  if first then row.e, row.told = row.bucket + 1, true end\n" \
	"  if row.sum < day then return first and '1' or '0' end\n" \
	"  if told(row.f, row.bucket) then return '0' end\n" \
	"  row.f, row.told = row.bucket + 1, true\n" \
	"  return '2'\n" \
	"end\n" \
	"local function count(row, limit, n)\n" \
	"  row.sum, row.counter = row.sum + n, row.counter + n\n" \
	"  if limit.cost >= 0 then\n" \
	"    row.paid = math.min(math.max(row.paid, row.at), row.at + limit.slack) + limit.cost\n" \
	"  end\n" \
	"  local mark = reached(row, limit.day)\n" \
	"  write(row, tostring(row.bucket % COUNTERS), row.counter)\n" \
	"  return mark\n" \
	"end\n" \
	"local function take()\n" \
	"  local n, how = struct.unpack('<dd', ARGV[2])\n" \
	"  local rows, limits, refusal, doubt, back = {}, {}, nil, 0, 0\n" \
	"  local would = { code = TAKEN, key = 1, used = 0, wait = 0, full = 0 }\n" \
	"  for i = 1, #KEYS - 1 do\n" \
	"    local day, cost, slack, watched, seed = struct.unpack('<ddddd', ARGV[2], 40 * i - 23)\n" \
	"    local limit = { day = day, cost = cost, slack = slack }\n" \
	"    local row = read(KEYS[i + 1], seed)\n" \
	"    rows[i], limits[i] = row, limit\n" \
	"    local code = judge(row, limit, n)\n" \
	"    if code ~= TAKEN then\n" \
	"      local lenient = how % 2 == FORCE or watched == 1 or (code == DAMAGED and how >= ACCEPT)\n" \
	"      if code == DAMAGED and how >= ACCEPT then doubt = 1 end\n" \
	"      if not lenient and not refusal then\n" \
	"        refusal = answer(code, i, row, limit, n)\n" \
	"      elseif not refusal and would.code == TAKEN then\n" \
	"        would = answer(code, i, row, limit, n)\n" \
	"      end\n" \
	"    end\n" \
	"  end\n" \
	"  local born, marks = redis.call('HMGET', KEYS[1], 'b')[1] or '', {}\n" \
	"  for i = 1, #KEYS - 1 do\n" \
	"    local row = rows[i]\n" \
	"    marks[i] = '0'\n" \
	"    if row and row.back then back = 1 end\n" \
	"    if row and not refusal then\n" \
	"      marks[i] = count(row, limits[i], n)\n" \
	"    elseif row and row.back then\n" \
	"      write(row, tostring(row.bucket % COUNTERS), row.counter)\n" \
	"    end\n" \
	"  end\n" \
	"  if born == '' and not refusal then\n" \
	"    born = whole(now)\n" \
	"    redis.call('HSET', KEYS[1], 'b', born)\n" \
	"  end\n" \
	"  local a = refusal or would\n" \
	"  return string.format('%.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %s %s', refusal and a.code or TAKEN, a.code, a.key - 1, a.used,\n" \
	"    a.wait, a.full, now, doubt, back, table.concat(marks), born)\n" \
	"end\n" \
	"local function back()\n" \
	"  local n, bucket = tonumber(ARGV[2]), tonumber(ARGV[3])\n" \
	"  for i = 2, #KEYS do\n" \
	"    local row, cost = read(KEYS[i], 0), tonumber(ARGV[i + 2])\n" \
	"    if row and not row.new then\n" \
	"      local field, counter = tostring(bucket % COUNTERS), 0\n" \
	"      if bucket == row.bucket then counter = row.counter\n" \
	"      elseif bucket <= row.was and bucket > row.bucket - COUNTERS and not row.back then\n" \
	"        counter = number(redis.call('HMGET', KEYS[i], field)[1] or '0') or 0\n" \
	"      end\n" \
	"      local less = math.min(n, counter, row.sum)\n" \
	"      if cost > 0 then row.paid = math.max(0, row.paid - cost) end\n" \
	"      row.sum = row.sum - less\n" \
	"      if counter == 0 then field, counter = tostring(row.bucket % COUNTERS), row.counter end\n" \
	"      write(row, field, counter - less)\n" \
	"    end\n" \
	"  end\n" \
	"  return 0\n" \
	"end\n" /* For each key: 0 absent, 1 there, 2 damaged; used; microseconds until the next are free; how many. */ \
	"local function show()\n" \
	"  local found = {}\n" \
	"  for i = 2, #KEYS do\n" \
	"    local row = read(KEYS[i], 0)\n" \
	"    local ends, most = 0, 0\n" \
	"    if row then\n" \
	"      walk(row, function(moment, count)\n" \
	"        if count > 0 then ends, most = moment - row.at, count end\n" \
	"        return count > 0\n" \
	"      end)\n" \
	"    end\n" \
	"    found[i - 1] = { row and (row.new and 0 or 1) or 2, row and row.sum or 0, ends, most }\n" \
	"  end\n" \
	"  return found\n" \
	"end\n" \
	"local function set(n)\n" \
	"  redis.call('EXPIRE', KEYS[2], '0')\n" \
	"  local bucket = math.floor(now / BUCKET)\n" \
	"  local row = { key = KEYS[2], at = now, bucket = bucket, was = bucket, sum = n, paid = 0, gone = {}, new = true }\n" \
	"  write(row, tostring(bucket % COUNTERS), n)\n" \
	"  return 1\n" \
	"end\n" \
	"if ARGV[1] == 'take' then return take() end\n" \
	"if ARGV[1] == 'back' then return back() end\n" \
	"if ARGV[1] == 'show' then return show() end\n" \
	"if ARGV[1] == 'set' then return set(tonumber(ARGV[2])) end\n" \
	"if ARGV[1] == 'reset' then return redis.call('EXPIRE', KEYS[2], '0') end\n" \
	"return redis.error_reply('ERR a command that this script does not know')\n"

const char quota_redis_script_clock[] = CLOCK;
const char quota_redis_script_body[] = USUAL REST;

const char *quota_redis_script_text(void)
{
	return CLOCK USUAL REST;
}

const char *quota_redis_script_sha1(void)
{
	return "12d67bb69657823f0e5dceb0063d7d8c6aa9f3ab";
}
