-- SPDX-License-Identifier: BSD-2-Clause
-- The script of an earlier version, word for word, between lines that turn what the present one is told into its words, and what it
-- answers into the present one's text: it may count in the same Redis as a relay that is up to date. Its clock stands before it.
local function older(KEYS, ARGV)
local COUNTERS, BUCKET, KEPT, FORCE, ACCEPT = 289, 300000000, 87000, 1, 2
local TAKEN, DAY_FULL, TOO_FAST, TOO_LARGE, DAMAGED = 0, 1, 2, 3, 4
local function whole(x) return string.format('%.0f', x) end
local function number(field)
  if field and #field < 17 and string.find(field, '^%d+$') then return tonumber(field) end
end
local function all_counters()
  local names = {}
  for i = 1, COUNTERS do names[i] = tostring(i - 1) end
  return names
end
local function leave(row, from, to)
  local names = {}
  for bucket = from, to do names[#names + 1] = tostring(bucket % COUNTERS) end
  local counts = redis.call('HMGET', row.key, unpack(names))
  for i = 1, #names do
    if counts[i] then
      local count = number(counts[i])
      if not count or count > row.sum then return false end
      row.sum = row.sum - count
      row.gone[#row.gone + 1] = names[i]
    end
  end
  return true
end
local function read(key, seed)
  local bucket = math.floor(now / BUCKET)
  local f = redis.pcall('HMGET', key, 'm', 's', 'p', 'e', 'f', tostring(bucket % COUNTERS))
  if f.err then
    if string.find(f.err, 'WRONGTYPE', 1, true) then return false end
    f = redis.call('HMGET', key, 'm')
  end
  local row = { key = key, at = now, bucket = bucket, was = bucket, sum = seed, counter = seed, paid = 0, e = 0, f = 0, gone = {} }
  if not (f[1] or f[2] or f[3] or f[4] or f[5] or f[6]) then
    row.new = true
    return row
  end
  local moment, counter = number(f[1]), number(f[6] or '0')
  row.sum, row.paid, row.e, row.f = number(f[2]), number(f[3]), number(f[4] or '0'), number(f[5] or '0')
  if not (moment and counter and row.sum and row.paid and row.e and row.f) then return false end
  row.was = math.floor(moment / BUCKET)
  if row.was > bucket + 1 then
    row.back, row.gone, row.counter, row.was = true, all_counters(), row.sum, bucket
    row.paid = math.max(0, row.paid - (moment - now))
    row.e, row.f = math.min(row.e, bucket + 1), math.min(row.f, bucket + 1)
    return row
  end
  if moment > now then row.at, row.bucket = moment, row.was end
  if row.bucket > row.was then
    row.counter = 0
    if not leave(row, math.max(row.was, row.bucket - COUNTERS) + 1, row.bucket) then return false end
    if row.bucket - row.was >= COUNTERS and row.sum ~= 0 then return false end
  elseif row.bucket > bucket then
    row.counter = number(redis.call('HMGET', key, tostring(row.bucket % COUNTERS))[1] or '0')
    if not row.counter then return false end
  else
    row.counter = counter
  end
  return row
end
local function write(row, field, count)
  if #row.gone > 0 then redis.call('HDEL', row.key, unpack(row.gone)) end
  redis.call('HSET', row.key, 'm', whole(row.at), 's', whole(row.sum), 'p', whole(row.paid), field, whole(count))
  if row.told then redis.call('HSET', row.key, 'e', whole(row.e), 'f', whole(row.f)) end
  local owed = math.ceil((row.paid - row.at) / 1000000) + 1
  if row.new or row.back or row.bucket > row.was or owed > KEPT - 300 then
    redis.call('EXPIRE', row.key, whole(math.max(KEPT, owed)))
  end
end
local function walk(row, visit)
  local counts = row.new and {} or redis.call('HMGET', row.key, unpack(all_counters()))
  for bucket = row.bucket - COUNTERS + 1, row.bucket do
    local count = 0
    if bucket == row.bucket then count = row.counter
    elseif bucket <= row.was and not row.back then count = number(counts[bucket % COUNTERS + 1] or '0') or 0 end
    if visit((bucket + COUNTERS) * BUCKET, count) then return end
  end
end
local function free_in(row, most)
  local left, moment = row.sum, row.at
  walk(row, function(ends, count)
    left, moment = left - count, ends
    return left <= most
  end)
  return moment - row.at
end
local function judge(row, limit, n)
  if limit.day >= 0 then
    if n > limit.day then return TOO_LARGE end
    if not row then return DAMAGED end
    if row.sum + n > limit.day then return DAY_FULL end
  end
  if not row then return DAMAGED end
  if limit.cost >= 0 and row.paid - row.at > limit.slack then return TOO_FAST end
  return TAKEN
end
local function answer(code, i, row, limit, n)
  local a = { code = code, key = i, used = row and row.sum or 0, wait = 0, full = 0 }
  if code == DAY_FULL then
    a.wait = free_in(row, limit.day - n)
    if row.sum >= limit.day then a.full = free_in(row, limit.day - 1) end
  elseif code == TOO_FAST then
    a.wait = row.paid - row.at - limit.slack
  end
  return a
end
local function told(mark, bucket) return mark ~= 0 and bucket - (mark - 1) < COUNTERS - 1 end
local function reached(row, day)
  if day <= 0 or row.sum < day - math.floor(day / 5) then return '0' end
  local first = not told(row.e, row.bucket)
  if first then row.e, row.told = row.bucket + 1, true end
  if row.sum < day then return first and '1' or '0' end
  if told(row.f, row.bucket) then return '0' end
  row.f, row.told = row.bucket + 1, true
  return '2'
end
local function count(row, limit, n)
  row.sum, row.counter = row.sum + n, row.counter + n
  if limit.cost >= 0 then
    row.paid = math.min(math.max(row.paid, row.at), row.at + limit.slack) + limit.cost
  end
  local mark = reached(row, limit.day)
  write(row, tostring(row.bucket % COUNTERS), row.counter)
  return mark
end
local function take()
  local n, how = tonumber(ARGV[2]), tonumber(ARGV[3])
  local rows, limits, refusal, doubt, back = {}, {}, nil, 0, 0
  local would = { code = TAKEN, key = 1, used = 0, wait = 0, full = 0 }
  for i = 1, #KEYS - 1 do
    local a = 4 + (i - 1) * 5
    local limit = { day = tonumber(ARGV[a]), cost = tonumber(ARGV[a + 1]), slack = tonumber(ARGV[a + 2]) }
    local row = read(KEYS[i + 1], tonumber(ARGV[a + 4]))
    rows[i], limits[i] = row, limit
    local code = judge(row, limit, n)
    if code ~= TAKEN then
      local lenient = how % 2 == FORCE or ARGV[a + 3] == '1' or (code == DAMAGED and how >= ACCEPT)
      if code == DAMAGED and how >= ACCEPT then doubt = 1 end
      if not lenient and not refusal then
        refusal = answer(code, i, row, limit, n)
      elseif not refusal and would.code == TAKEN then
        would = answer(code, i, row, limit, n)
      end
    end
  end
  local born, marks = redis.call('HMGET', KEYS[1], 'b')[1] or '', {}
  for i = 1, #KEYS - 1 do
    local row = rows[i]
    marks[i] = '0'
    if row and row.back then back = 1 end
    if row and not refusal then
      marks[i] = count(row, limits[i], n)
    elseif row and row.back then
      write(row, tostring(row.bucket % COUNTERS), row.counter)
    end
  end
  if born == '' and not refusal then
    born = whole(now)
    redis.call('HSET', KEYS[1], 'b', born)
  end
  local a = refusal or would
  return { refusal and a.code or TAKEN, a.code, a.key - 1, a.used, a.wait, a.full, math.floor(now / BUCKET), doubt, back,
    born, table.concat(marks) }
end
local function back()
  local n, bucket = tonumber(ARGV[2]), tonumber(ARGV[3])
  for i = 2, #KEYS do
    local row, cost = read(KEYS[i], 0), tonumber(ARGV[i + 2])
    if row and not row.new then
      local field, counter = tostring(bucket % COUNTERS), 0
      if bucket == row.bucket then counter = row.counter
      elseif bucket <= row.was and bucket > row.bucket - COUNTERS and not row.back then
        counter = number(redis.call('HMGET', KEYS[i], field)[1] or '0') or 0
      end
      local less = math.min(n, counter, row.sum)
      if cost > 0 then row.paid = math.max(0, row.paid - cost) end
      row.sum = row.sum - less
      if counter == 0 then field, counter = tostring(row.bucket % COUNTERS), row.counter end
      write(row, field, counter - less)
    end
  end
  return 0
end
local function show()
  local found = {}
  for i = 2, #KEYS do
    local row = read(KEYS[i], 0)
    local ends, most = 0, 0
    if row then
      walk(row, function(moment, count)
        if count > 0 then ends, most = moment - row.at, count end
        return count > 0
      end)
    end
    found[i - 1] = { row and (row.new and 0 or 1) or 2, row and row.sum or 0, ends, most }
  end
  return found
end
local function set(n)
  redis.call('EXPIRE', KEYS[2], '0')
  local bucket = math.floor(now / BUCKET)
  local row = { key = KEYS[2], at = now, bucket = bucket, was = bucket, sum = n, paid = 0, gone = {}, new = true }
  write(row, tostring(bucket % COUNTERS), n)
  return 1
end
if ARGV[1] == 'take' then return take() end
if ARGV[1] == 'back' then return back() end
if ARGV[1] == 'show' then return show() end
if ARGV[1] == 'set' then return set(tonumber(ARGV[2])) end
if ARGV[1] == 'reset' then return redis.call('EXPIRE', KEYS[2], '0') end
return redis.error_reply('ERR a command that this script does not know')
end
if ARGV[1] ~= 'take' then return older(KEYS, ARGV) end
local words = { 'take' }
for at = 1, #ARGV[2], 8 do words[#words + 1] = string.format('%.0f', (struct.unpack('<d', ARGV[2], at))) end
local told = older(KEYS, words)
return string.format('%.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %s %s', told[1], told[2], told[3], told[4], told[5], told[6], now, told[8], told[9], told[11], told[10])
